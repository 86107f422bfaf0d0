//.platform SKL
//.instCount 43
_main:
(W)     mov (8|M0)               r3.0<1>:ud    r0.0<1;1,0>:ud                                        // $1
(W)     or (1|M0)                cr0.0<1>:ud   cr0.0<0;1,0>:ud   0x4C0:uw              {Switch}      // $1
(W)     mul (1|M0)               r4.0<1>:d     r9.0<0;1,0>:d     r3.1<0;1,0>:d    {Compacted}        // $2
        add (16|M0)              r5.0<1>:d     r4.0<0;1,0>:d     r1.0<16;16,1>:uw                    // $5
        add (16|M16)             r10.0<1>:d    r4.0<0;1,0>:d     r2.0<16;16,1>:uw                    // $6
        add (16|M0)              r12.0<1>:d    r5.0<8;8,1>:d     r7.0<0;1,0>:d    {Compacted}        // $7
        add (16|M16)             r14.0<1>:d    r10.0<8;8,1>:d    r7.0<0;1,0>:d                       // $8
        cmp (16|M0)   (lt)f0.0   null<1>:d     r12.0<8;8,1>:d    r8.5<0;1,0>:d    {Compacted}        // $9
        cmp (16|M16)  (lt)f0.0   null<1>:d     r14.0<8;8,1>:d    r8.5<0;1,0>:d                       // $10
(f0.0)  if (32|M0)                           _largest_k0_0_cf  _largest_k0_0_cf                      // $11
_0_011:
(W)     cmp (16|M0)   (gt)f1.0   null<1>:d     r8.4<0;1,0>:d     0:w                                 // $13
(W)     cmp (16|M16)  (gt)f1.0   null<1>:d     r8.4<0;1,0>:d     0:w                                 // $14
(W&f1.0) jmpi                                _0_012                                                  // $15
_0_013:
        mov (16|M0)              r16.0<1>:f    0xFF800000:f                                          // $17
        mov (16|M16)             r18.0<1>:f    0xFF800000:f                                          // $18
(W)     jmpi                                 _0_014                                                  // $19
_0_012:
        mov (16|M0)              r16.0<1>:f    0xFF800000:f                                          // $22
        mov (16|M16)             r18.0<1>:f    0xFF800000:f                                          // $23
(W)     mov (1|M0)               r4.1<1>:d     0:w                                                   // $21
_0_015:
(W)     mul (1|M0)               r4.2<1>:d     r4.1<0;1,0>:d     r8.5<0;1,0>:d                       // $25
(W)     add (1|M0)               r4.1<1>:d     r4.1<0;1,0>:d     1:w                                 // $38
        add (16|M0)              r20.0<1>:d    r4.2<0;1,0>:d     r12.0<8;8,1>:d   {Compacted}        // $26
        add (16|M16)             r22.0<1>:d    r4.2<0;1,0>:d     r14.0<8;8,1>:d                      // $27
(W)     cmp (16|M0)   (lt)f0.0   null<1>:d     r4.1<0;1,0>:d     r8.4<0;1,0>:d                       // $39
(W)     cmp (16|M16)  (lt)f0.0   null<1>:d     r4.1<0;1,0>:d     r8.4<0;1,0>:d                       // $40
        shl (16|M0)              r20.0<1>:d    r20.0<8;8,1>:d    2:w                                 // $28
        shl (16|M16)             r22.0<1>:d    r22.0<8;8,1>:d    2:w                                 // $29
        add (16|M0)              r20.0<1>:d    r20.0<8;8,1>:d    r8.6<0;1,0>:d    {Compacted}        // $30
        add (16|M16)             r22.0<1>:d    r22.0<8;8,1>:d    r8.6<0;1,0>:d                       // $31
        send (16|M0)             r24:w    r20     0xC            0x04205E00           // wr:2+0, rd:2; hdc.dc1; untyped surface read with x // $33
        send (16|M16)            r26:w    r22     0xC            0x04205E00           // wr:2+0, rd:2; hdc.dc1; untyped surface read with x // $35
        sel (16|M0)   (ge)f0.0   r16.0<1>:f    r16.0<8;8,1>:f    r24.0<8;8,1>:f   {Compacted}        // $36
        sel (16|M16)  (ge)f0.0   r18.0<1>:f    r18.0<8;8,1>:f    r26.0<8;8,1>:f                      // $37
(W&f0.0) jmpi                                _0_015                                                  // $41
_0_014:
        shl (16|M0)              r28.0<1>:d    r12.0<8;8,1>:d    2:w                                 // $43
        shl (16|M16)             r30.0<1>:d    r14.0<8;8,1>:d    2:w                                 // $44
        add (16|M0)              r28.0<1>:d    r28.0<8;8,1>:d    r8.7<0;1,0>:d    {Compacted}        // $45
        add (16|M16)             r30.0<1>:d    r30.0<8;8,1>:d    r8.7<0;1,0>:d                       // $46
        sends (16|M0)            null:w   r28     r16     0x8C            0x04025E01           // wr:2+2, rd:0; hdc.dc1; untyped surface write with x // $48
        sends (16|M16)           null:w   r30     r18     0x8C            0x04025E01           // wr:2+2, rd:0; hdc.dc1; untyped surface write with x // $50
_largest_k0_0_cf:
        endif (32|M0)                        _0_010                                                  // $11
_0_010:
(W)     mov (8|M0)               r127.0<1>:ud  r3.0<8;8,1>:ud                   {Compacted}          // $52
(W)     send (8|M0)              null     r127    0x27            0x02000010           {EOT} // wr:1+0, rd:0; spawner; end of thread // $52
