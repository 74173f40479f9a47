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
	ADDQ SI, DI
	LEAQ (SI)(DX*1), R8 // the end,
	LEAQ -32(R8), BX    // and where the last block begins
	broadcast(0x5B, X0, Y0) // '['
	broadcast(0x72, X1, Y1) // 'r'
	broadcast(0x3A, X2, Y2) // ':'
	broadcast(0x21, X3, Y3) // ' ' is less

loop:
	VMOVDQU -2(DI), Y8
	VPCMPEQB (DI), Y0, Y4   // '[' here,
	VPCMPEQB -4(DI), Y1, Y5 // and the 'r' of rs":[
	VPCMPEQB Y8, Y2, Y6 // or a colon and a blank before it,
	VPCMPGTB Y8, Y3, Y7 // or two blanks; signed, so letters beyond ASCII as well
	VPOR Y5, Y6, Y6
	VPOR Y6, Y7, Y7
	VPAND Y4, Y7, Y7
	VPMOVMSKB Y7, AX
	TESTL AX, AX
	JNZ found
	ADDQ $32, DI
	CMPQ DI, BX
	JLS loop
	CMPQ DI, R8
	JEQ none
	MOVQ BX, DI // the rest, together with some that was seen
	JMP loop

found:
	BSFL AX, AX
	ADDQ AX, DI
	SUBQ SI, DI
	MOVQ DI, ret+32(FP)
	VZEROUPPER
	RET

none:
	MOVQ DX, ret+32(FP)
	VZEROUPPER
	RET
