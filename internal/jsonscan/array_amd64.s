//go:build !purego

#include "textflag.h"

#define broadcast(c, x, y) \
	MOVL $c, AX; \
	VMOVD AX, x; \
	VPBROADCASTB x, y

// func endOfKey(p []byte, i int) int
TEXT ·endOfKey(SB), NOSPLIT, $0-40
	MOVQ p_base+0(FP), SI
	MOVQ p_len+8(FP), DX
	MOVQ i+24(FP), DI
	ADDQ SI, DI
	LEAQ (SI)(DX*1), R8 // the end,
	LEAQ -32(R8), BX    // and where the last block begins
	broadcast(0x72, X0, Y0) // 'r'
	broadcast(0x73, X1, Y1) // 's'
	broadcast(0x22, X2, Y2) // '"'

loop:
	VPCMPEQB -2(DI), Y0, Y3
	VPCMPEQB -1(DI), Y1, Y4
	VPCMPEQB (DI), Y2, Y5
	VPAND Y3, Y4, Y4
	VPAND Y4, Y5, Y5
	VPMOVMSKB Y5, AX
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

// func lastBracket(p []byte) int
TEXT ·lastBracket(SB), NOSPLIT, $0-32
	MOVQ p_base+0(FP), SI
	MOVQ p_len+8(FP), DX
	LEAQ -32(SI)(DX*1), DI
	broadcast(0x5B, X0, Y0) // '['

loop:
	VPCMPEQB (DI), Y0, Y1
	VPMOVMSKB Y1, AX
	TESTL AX, AX
	JNZ found
	CMPQ DI, SI
	JEQ none
	SUBQ $32, DI
	CMPQ DI, SI
	JHS loop
	MOVQ SI, DI // the rest, together with some that was seen
	JMP loop

found:
	BSRL AX, AX
	ADDQ AX, DI
	SUBQ SI, DI
	MOVQ DI, ret+24(FP)
	VZEROUPPER
	RET

none:
	MOVQ $-1, ret+24(FP)
	VZEROUPPER
	RET
