// clpool: max of float32, window 13x13, stride 1x1.
// Skeleton tile, vectors of 4, tiles of 4096 elements, portable dialect.
// A work-group reads a tile of the input and its halo into local memory, where windows are reduced
// along the rows, then down them, by runs of taps that windows share.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int planes; // planes of a tile
    int blocks_planes; // blocks of so many planes of the inner batch axis
    int items; // work-items of a group
    int lines; // rows of a tile, of all of its planes
    int units; // loads of a row of a tile
    int columns; // outputs of a row of a tile, at most
    int pitch; // elements from a row of a tile to the next, in local memory
    int factor_items; // factor that divides by items
    int shift_items; // shift that divides by items
    int factor_blocks_planes; // factor that divides by blocks_planes
    int shift_blocks_planes; // shift that divides by blocks_planes
    int factor_lines; // factor that divides by lines
    int shift_lines; // shift that divides by lines
    int factor_units; // factor that divides by units
    int shift_units; // shift that divides by units
    int factor_columns; // factor that divides by columns
    int shift_columns; // shift that divides by columns
    int in_h; // h: length in x
    int out_h; // h: length in y
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int tile_h; // h: outputs of a tile
    int span_h; // h: elements of a tile and its halo
    int valid_h; // h: elements of a tile that may lie in x
    int strips_h; // h: strips of outputs of a tile
    int factor_blocks_h; // h: factor that divides by blocks
    int shift_blocks_h; // h: shift that divides by blocks
    int factor_valid_h; // h: factor that divides by valid
    int shift_valid_h; // h: shift that divides by valid
    int factor_strips_h; // h: factor that divides by strips
    int shift_strips_h; // h: shift that divides by strips
    int in_w; // w: length in x
    int out_w; // w: length in y
    int pad_w; // w: padding before x
    int blocks_w; // w: blocks of outputs
    int tile_w; // w: outputs of a tile
    int span_w; // w: elements of a tile and its halo
    int strips_w; // w: strips of outputs of a tile
    int factor_blocks_w; // w: factor that divides by blocks
    int shift_blocks_w; // w: shift that divides by blocks
} geometry;

// ---- Elements: from memory to accumulators, and back.

static void store1(__global float *to, const int value)
{
    const int key = (int)((uint)value + (uint)0x7fffff);
    const float element = as_float(key ^ ((key >> (int)31) & (int)0x7fffffff));
    *to = element;
}

static int4 decode4(const float4 raw)
{
    const int4 bits = as_int4(raw);
    const int4 key = bits ^ ((bits >> (int)31) & (int)0x7fffffff);
    return convert_int4(convert_uint4(key) + (uint)0xff800001);
}

static int4 load4(const __global float *from)
{
    return decode4(*(const __global float4 *)from);
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    int value;
} state1;

static state1 tap1(int value)
{
    state1 one;
    one.value = value;
    return one;
}

static state1 combine1(state1 a, const state1 b)
{
    a.value = (b.value > a.value) ? b.value : a.value;
    return a;
}

// ---- Tiles: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void max_13x13s1x1_float32_tile_8x8_v4_loads4_t4096_aligned1_narrow(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    // The tile of this work-group.
    const uint item = get_local_id(0), items = g.items;
    const uint tile = quotient(get_global_id(0), g.factor_items, g.shift_items);
    const uint lines = quotient(tile, g.factor_blocks_w, g.shift_blocks_w);
    const uint tile_w = tile - lines * (uint)g.blocks_w;
    const int ow = tile_w * (uint)g.tile_w;
    const int w0 = ow - (int)g.pad_w;
    const uint several = quotient(lines, g.factor_blocks_h, g.shift_blocks_h);
    const uint tile_h = lines - several * (uint)g.blocks_h;
    const int oh = tile_h * (uint)g.tile_h;
    const int h0 = oh - (int)g.pad_h;
    const uint outer0 = quotient(several, g.factor_blocks_planes, g.shift_blocks_planes);
    const uint block = several - outer0 * (uint)g.blocks_planes;
    const uint outer1 = block * (uint)g.planes, planes = (uint)g.outer1 - outer1;
    const uint h_out = min((uint)max(-(h0), (int)0), (uint)(g.span_h - g.valid_h));
    // The states of runs of taps by the first of them; before that, of elements.
    __local int4 vectors[1024];
    __local int *const value = (__local int *)vectors;
    // The identity everywhere.
    const uint extent = (uint)g.planes * (uint)g.span_h * (uint)g.pitch;
    for (uint at = item; at < extent / 4; at += items)
        vectors[at] = (int4)((-2147483647 - 1));
    barrier(CLK_LOCAL_MEM_FENCE);
    // The tile and its halo, where they lie in the plane.
    const uint w_out = min((uint)max(-((w0 - 1)), (int)0), (uint)(g.span_w - g.units * 4));
    const int plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const uint units = (uint)g.lines * (uint)g.units;
    for (uint first = item; first < units; first += 2 * items) {
        int4 read0;
        uint to0;
        int in0;
        {
            const uint number = first;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            const uint own = quotient(line, g.factor_valid_h, g.shift_valid_h);
            const uint in_h = line - own * (uint)g.valid_h;
            const uint at_h = h_out + in_h;
            const int h = h0 + (int)at_h;
            const uint row = (own * (uint)g.span_h + at_h) * (uint)g.pitch;
            const uint column = w_out + unit * 4;
            const int w = w0 - 1 + (int)column;
            to0 = row + column;
            in0 = (number < units) & (own < planes) & ((uint)h < (uint)g.in_h) & ((uint)w < (uint)g.in_w);
            const int at = in0 ? (int)own * g.x_outer1 + h * g.x_h + w : 0;
            read0 = load4(x + plane + at);
        }
        int4 read1;
        uint to1;
        int in1;
        {
            const uint number = first + items;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            const uint own = quotient(line, g.factor_valid_h, g.shift_valid_h);
            const uint in_h = line - own * (uint)g.valid_h;
            const uint at_h = h_out + in_h;
            const int h = h0 + (int)at_h;
            const uint row = (own * (uint)g.span_h + at_h) * (uint)g.pitch;
            const uint column = w_out + unit * 4;
            const int w = w0 - 1 + (int)column;
            to1 = row + column;
            in1 = (number < units) & (own < planes) & ((uint)h < (uint)g.in_h) & ((uint)w < (uint)g.in_w);
            const int at = in1 ? (int)own * g.x_outer1 + h * g.x_h + w : 0;
            read1 = load4(x + plane + at);
        }
        if (in0) *(__local int4 *)(value + to0) = read0;
        if (in1) *(__local int4 *)(value + to1) = read1;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the rows, in strips of 8 outputs.
    const uint strips_w = (uint)g.lines * (uint)g.strips_w;
    for (uint first = 0; first < strips_w; first += items) {
        const uint number = min(first + item, strips_w - 1);
        const uint strip = quotient(number, g.factor_lines, g.shift_lines);
        const uint line = number - strip * (uint)g.lines;
        const uint own = quotient(line, g.factor_valid_h, g.shift_valid_h);
        const uint in_h = line - own * (uint)g.valid_h;
        const uint at_h = h_out + in_h;
        const int h = h0 + (int)at_h;
        const uint row = (own * (uint)g.span_h + at_h) * (uint)g.pitch;
        const __local int4 *const from = vectors + (row + strip * 8) / 4;
        const int4 part0 = from[0];
        const int4 part1 = from[1];
        const int4 part2 = from[2];
        const int4 part3 = from[3];
        const int4 part4 = from[4];
        const int4 part5 = from[5];
        const state1 run1_0 = tap1(part0.s1);
        const state1 run1_1 = tap1(part0.s2);
        const state1 run1_2 = tap1(part0.s3);
        const state1 run1_3 = tap1(part1.s0);
        const state1 run1_4 = tap1(part1.s1);
        const state1 run1_5 = tap1(part1.s2);
        const state1 run1_6 = tap1(part1.s3);
        const state1 run1_7 = tap1(part2.s0);
        const state1 run1_8 = tap1(part2.s1);
        const state1 run1_9 = tap1(part2.s2);
        const state1 run1_10 = tap1(part2.s3);
        const state1 run1_11 = tap1(part3.s0);
        const state1 run1_12 = tap1(part3.s1);
        const state1 run1_13 = tap1(part3.s2);
        const state1 run1_14 = tap1(part3.s3);
        const state1 run1_15 = tap1(part4.s0);
        const state1 run1_16 = tap1(part4.s1);
        const state1 run1_17 = tap1(part4.s2);
        const state1 run1_18 = tap1(part4.s3);
        const state1 run1_19 = tap1(part5.s0);
        state1 run2_11 = run1_11;
        run2_11 = combine1(run2_11, run1_12);
        state1 run3_10 = run1_10;
        run3_10 = combine1(run3_10, run2_11);
        state1 run4_9 = run1_9;
        run4_9 = combine1(run4_9, run3_10);
        state1 run5_8 = run1_8;
        run5_8 = combine1(run5_8, run4_9);
        state1 run6_7 = run1_7;
        run6_7 = combine1(run6_7, run5_8);
        state1 run7_6 = run1_6;
        run7_6 = combine1(run7_6, run6_7);
        state1 run8_5 = run1_5;
        run8_5 = combine1(run8_5, run7_6);
        state1 run9_4 = run1_4;
        run9_4 = combine1(run9_4, run8_5);
        state1 run10_3 = run1_3;
        run10_3 = combine1(run10_3, run9_4);
        state1 run11_2 = run1_2;
        run11_2 = combine1(run11_2, run10_3);
        state1 run12_1 = run1_1;
        run12_1 = combine1(run12_1, run11_2);
        state1 run13_0 = run1_0;
        run13_0 = combine1(run13_0, run12_1);
        state1 window1 = run12_1;
        window1 = combine1(window1, run1_13);
        state1 run2_13 = run1_13;
        run2_13 = combine1(run2_13, run1_14);
        state1 window2 = run11_2;
        window2 = combine1(window2, run2_13);
        state1 run3_13 = run2_13;
        run3_13 = combine1(run3_13, run1_15);
        state1 window3 = run10_3;
        window3 = combine1(window3, run3_13);
        state1 run4_13 = run3_13;
        run4_13 = combine1(run4_13, run1_16);
        state1 window4 = run9_4;
        window4 = combine1(window4, run4_13);
        state1 run5_13 = run4_13;
        run5_13 = combine1(run5_13, run1_17);
        state1 window5 = run8_5;
        window5 = combine1(window5, run5_13);
        state1 run6_13 = run5_13;
        run6_13 = combine1(run6_13, run1_18);
        state1 window6 = run7_6;
        window6 = combine1(window6, run6_13);
        state1 run7_13 = run6_13;
        run7_13 = combine1(run7_13, run1_19);
        state1 window7 = run6_7;
        window7 = combine1(window7, run7_13);
        // All have read what is written now.
        barrier(CLK_LOCAL_MEM_FENCE);
        if (first + item < strips_w) {
            const uint to = row + strip * 8;
            vectors[to / 4] = (int4)(run13_0.value, window1.value, window2.value, window3.value);
            vectors[to / 4 + 1] = (int4)(window4.value, window5.value, window6.value, window7.value);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // The outputs, work-items side by side with neighbouring columns.
    const uint strips = (uint)g.planes * (uint)g.strips_h * (uint)g.columns;
    for (uint number = item; number < strips; number += items) {
        const uint rest = quotient(number, g.factor_columns, g.shift_columns);
        const uint column = number - rest * (uint)g.columns;
        const uint own = quotient(rest, g.factor_strips_h, g.shift_strips_h);
        const uint strip = rest - own * (uint)g.strips_h;
        if (own < planes && ow + (int)column < (int)g.out_w) {
            const uint pitch = g.pitch, at = (own * (uint)g.span_h + strip * 8) * pitch + column;
            const __local int *from_value = value + at;
            state1 run1_0;
            run1_0.value = *from_value;
            from_value += pitch;
            state1 run1_1;
            run1_1.value = *from_value;
            from_value += pitch;
            state1 run1_2;
            run1_2.value = *from_value;
            from_value += pitch;
            state1 run1_3;
            run1_3.value = *from_value;
            from_value += pitch;
            state1 run1_4;
            run1_4.value = *from_value;
            from_value += pitch;
            state1 run1_5;
            run1_5.value = *from_value;
            from_value += pitch;
            state1 run1_6;
            run1_6.value = *from_value;
            from_value += pitch;
            state1 run1_7;
            run1_7.value = *from_value;
            from_value += pitch;
            state1 run1_8;
            run1_8.value = *from_value;
            from_value += pitch;
            state1 run1_9;
            run1_9.value = *from_value;
            from_value += pitch;
            state1 run1_10;
            run1_10.value = *from_value;
            from_value += pitch;
            state1 run1_11;
            run1_11.value = *from_value;
            from_value += pitch;
            state1 run1_12;
            run1_12.value = *from_value;
            from_value += pitch;
            state1 run1_13;
            run1_13.value = *from_value;
            from_value += pitch;
            state1 run1_14;
            run1_14.value = *from_value;
            from_value += pitch;
            state1 run1_15;
            run1_15.value = *from_value;
            from_value += pitch;
            state1 run1_16;
            run1_16.value = *from_value;
            from_value += pitch;
            state1 run1_17;
            run1_17.value = *from_value;
            from_value += pitch;
            state1 run1_18;
            run1_18.value = *from_value;
            from_value += pitch;
            state1 run1_19;
            run1_19.value = *from_value;
            state1 run2_11 = run1_11;
            run2_11 = combine1(run2_11, run1_12);
            state1 run3_10 = run1_10;
            run3_10 = combine1(run3_10, run2_11);
            state1 run4_9 = run1_9;
            run4_9 = combine1(run4_9, run3_10);
            state1 run5_8 = run1_8;
            run5_8 = combine1(run5_8, run4_9);
            state1 run6_7 = run1_7;
            run6_7 = combine1(run6_7, run5_8);
            state1 run7_6 = run1_6;
            run7_6 = combine1(run7_6, run6_7);
            state1 run8_5 = run1_5;
            run8_5 = combine1(run8_5, run7_6);
            state1 run9_4 = run1_4;
            run9_4 = combine1(run9_4, run8_5);
            state1 run10_3 = run1_3;
            run10_3 = combine1(run10_3, run9_4);
            state1 run11_2 = run1_2;
            run11_2 = combine1(run11_2, run10_3);
            state1 run12_1 = run1_1;
            run12_1 = combine1(run12_1, run11_2);
            state1 run13_0 = run1_0;
            run13_0 = combine1(run13_0, run12_1);
            state1 window1 = run12_1;
            window1 = combine1(window1, run1_13);
            state1 run2_13 = run1_13;
            run2_13 = combine1(run2_13, run1_14);
            state1 window2 = run11_2;
            window2 = combine1(window2, run2_13);
            state1 run3_13 = run2_13;
            run3_13 = combine1(run3_13, run1_15);
            state1 window3 = run10_3;
            window3 = combine1(window3, run3_13);
            state1 run4_13 = run3_13;
            run4_13 = combine1(run4_13, run1_16);
            state1 window4 = run9_4;
            window4 = combine1(window4, run4_13);
            state1 run5_13 = run4_13;
            run5_13 = combine1(run5_13, run1_17);
            state1 window5 = run8_5;
            window5 = combine1(window5, run5_13);
            state1 run6_13 = run5_13;
            run6_13 = combine1(run6_13, run1_18);
            state1 window6 = run7_6;
            window6 = combine1(window6, run6_13);
            state1 run7_13 = run6_13;
            run7_13 = combine1(run7_13, run1_19);
            state1 window7 = run6_7;
            window7 = combine1(window7, run7_13);
            // Where the strip lies in the result, and how many of its outputs exist.
            const int begin = oh + (int)(strip * 8);
            const int left = (int)g.out_h - begin;
            const int to = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + (int)own * g.y_outer1 + ow + (int)column + begin * g.y_h;
            __global float *y_to = y + to;
            if (0 < left) {
                store1(y_to, run13_0.value);
            }
            y_to += g.y_h;
            if (1 < left) {
                store1(y_to, window1.value);
            }
            y_to += g.y_h;
            if (2 < left) {
                store1(y_to, window2.value);
            }
            y_to += g.y_h;
            if (3 < left) {
                store1(y_to, window3.value);
            }
            y_to += g.y_h;
            if (4 < left) {
                store1(y_to, window4.value);
            }
            y_to += g.y_h;
            if (5 < left) {
                store1(y_to, window5.value);
            }
            y_to += g.y_h;
            if (6 < left) {
                store1(y_to, window6.value);
            }
            y_to += g.y_h;
            if (7 < left) {
                store1(y_to, window7.value);
            }
        }
    }
}
