//go:build !purego

#include "textflag.h"

#define broadcast(c, x, y) \
	MOVL $c, AX; \
	VMOVD AX, x; \
	VPBROADCASTB x, y

// func candidate(p []byte, i int) int
TEXT ·candidate(SB), NOSPLIT, $0-40
	MOVQ p_base+0(FP), SI
	MOVQ p_len+8(FP), DX
	MOVQ i+24(FP), DI
	LEAQ -32(DX), BX // where the last block begins
	broadcast(0x5B, X0, Y0) // '['
	broadcast(0x72, X1, Y1) // 'r'
	broadcast(0x3A, X2, Y2) // ':'
	broadcast(0x20, X3, Y3) // ' '

loop:
	VMOVDQU -2(SI)(DI*1), Y4
	VPCMPEQB (SI)(DI*1), Y0, Y5  // '[' here,
	VPCMPEQB -4(SI)(DI*1), Y1, Y6 // and the 'r' of rs":[
	VPCMPEQB Y4, Y2, Y7          // or a colon and a blank before it,
	VPMINUB Y4, Y3, Y8           // or two blanks
	VPCMPEQB Y4, Y8, Y8
	VPOR Y6, Y7, Y7
	VPOR Y7, Y8, Y8
	VPAND Y5, Y8, Y8
	VPMOVMSKB Y8, AX
	TESTL AX, AX
	JNZ found
	ADDQ $32, DI
	CMPQ DI, BX
	JLE loop
	CMPQ DI, DX
	JEQ none
	MOVQ BX, DI // the rest, together with some that was seen
	JMP loop

found:
	BSFL AX, AX
	ADDQ AX, DI
	MOVQ DI, ret+32(FP)
	VZEROUPPER
	RET

none:
	MOVQ DX, ret+32(FP)
	VZEROUPPER
	RET
