// clpool: avg of float16, window 32, stride 1.
// Skeleton tile, tiles of 4096 elements, portable dialect.
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

static float load1(const __global half *from)
{
    return (float)vload_half(0, from);
}

static void store1(__global half *to, const float value)
{
    vstore_half_rte(value, 0, to);
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    float value;
} state1;

static state1 tap1(float value)
{
    state1 one;
    one.value = value;
    return one;
}

static state1 combine1(state1 a, const state1 b)
{
    a.value = a.value + b.value;
    return a;
}

static float finalize1(const state1 state, const float count)
{
    return state.value / count;
}

// ---- Tiles: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Windows.

// How many taps of one axis lie before a position at this distance behind the first tap.
static int taps_before(const int distance, const int taps, const int dilation)
{
    const int count = (distance + dilation - 1) / dilation;
    return (distance <= 0) ? 0 : (count < taps) ? count : taps;
}

// ---- The kernel.

__kernel void avg_32s1_float16_tile_8_v1_t4096_count_valid_narrow(
    const __global half *restrict x,
    __global half *restrict y,
    const geometry g)
{
    // The tile of this work-group.
    const uint item = get_local_id(0), items = g.items;
    const uint tile = quotient(get_global_id(0), g.factor_items, g.shift_items);
    const uint several = quotient(tile, g.factor_blocks_w, g.shift_blocks_w);
    const uint tile_w = tile - several * (uint)g.blocks_w;
    const int ow = tile_w * (uint)g.tile_w;
    const int w0 = ow - (int)g.pad_w;
    const uint outer0 = quotient(several, g.factor_blocks_planes, g.shift_blocks_planes);
    const uint block = several - outer0 * (uint)g.blocks_planes;
    const uint outer1 = block * (uint)g.planes, planes = (uint)g.outer1 - outer1;
    // The states of runs of taps by the first of them; before that, of elements.
    __local float vectors[4096];
    __local float *const value = (__local float *)vectors;
    // The identity everywhere.
    const uint extent = (uint)g.planes * (uint)g.pitch;
    for (uint at = item; at < extent; at += items)
        vectors[at] = (float)0;
    barrier(CLK_LOCAL_MEM_FENCE);
    // The tile and its halo, where they lie in the plane.
    const uint w_out = min((uint)max(-(w0), (int)0), (uint)(g.span_w - g.units));
    const int plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const uint units = (uint)g.lines * (uint)g.units;
    for (uint first = item; first < units; first += 2 * items) {
        float read0;
        uint to0;
        int in0;
        {
            const uint number = first;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            const uint row = line * (uint)g.pitch;
            const uint column = w_out + unit;
            const int w = w0 + (int)column;
            to0 = row + column;
            in0 = (number < units) & (line < planes) & ((uint)w < (uint)g.in_w);
            const int at = in0 ? (int)line * g.x_outer1 + w : 0;
            read0 = load1(x + plane + at);
        }
        float read1;
        uint to1;
        int in1;
        {
            const uint number = first + items;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            const uint row = line * (uint)g.pitch;
            const uint column = w_out + unit;
            const int w = w0 + (int)column;
            to1 = row + column;
            in1 = (number < units) & (line < planes) & ((uint)w < (uint)g.in_w);
            const int at = in1 ? (int)line * g.x_outer1 + w : 0;
            read1 = load1(x + plane + at);
        }
        if (in0) *(value + to0) = read0;
        if (in1) *(value + to1) = read1;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the rows, in strips of 8 outputs.
    const uint strips_w = (uint)g.lines * (uint)g.strips_w;
    for (uint first = 0; first < strips_w; first += items) {
        const uint number = min(first + item, strips_w - 1);
        const uint strip = quotient(number, g.factor_lines, g.shift_lines);
        const uint line = number - strip * (uint)g.lines;
        const uint row = line * (uint)g.pitch;
        const __local float *const from = vectors + (row + strip * 8);
        const float part0 = from[0];
        const float part1 = from[1];
        const float part2 = from[2];
        const float part3 = from[3];
        const float part4 = from[4];
        const float part5 = from[5];
        const float part6 = from[6];
        const float part7 = from[7];
        const float part8 = from[8];
        const float part9 = from[9];
        const float part10 = from[10];
        const float part11 = from[11];
        const float part12 = from[12];
        const float part13 = from[13];
        const float part14 = from[14];
        const float part15 = from[15];
        const float part16 = from[16];
        const float part17 = from[17];
        const float part18 = from[18];
        const float part19 = from[19];
        const float part20 = from[20];
        const float part21 = from[21];
        const float part22 = from[22];
        const float part23 = from[23];
        const float part24 = from[24];
        const float part25 = from[25];
        const float part26 = from[26];
        const float part27 = from[27];
        const float part28 = from[28];
        const float part29 = from[29];
        const float part30 = from[30];
        const float part31 = from[31];
        const float part32 = from[32];
        const float part33 = from[33];
        const float part34 = from[34];
        const float part35 = from[35];
        const float part36 = from[36];
        const float part37 = from[37];
        const float part38 = from[38];
        const state1 run1_0 = tap1(part0);
        const state1 run1_1 = tap1(part1);
        const state1 run1_2 = tap1(part2);
        const state1 run1_3 = tap1(part3);
        const state1 run1_4 = tap1(part4);
        const state1 run1_5 = tap1(part5);
        const state1 run1_6 = tap1(part6);
        const state1 run1_7 = tap1(part7);
        const state1 run1_8 = tap1(part8);
        const state1 run1_9 = tap1(part9);
        const state1 run1_10 = tap1(part10);
        const state1 run1_11 = tap1(part11);
        const state1 run1_12 = tap1(part12);
        const state1 run1_13 = tap1(part13);
        const state1 run1_14 = tap1(part14);
        const state1 run1_15 = tap1(part15);
        const state1 run1_16 = tap1(part16);
        const state1 run1_17 = tap1(part17);
        const state1 run1_18 = tap1(part18);
        const state1 run1_19 = tap1(part19);
        const state1 run1_20 = tap1(part20);
        const state1 run1_21 = tap1(part21);
        const state1 run1_22 = tap1(part22);
        const state1 run1_23 = tap1(part23);
        const state1 run1_24 = tap1(part24);
        const state1 run1_25 = tap1(part25);
        const state1 run1_26 = tap1(part26);
        const state1 run1_27 = tap1(part27);
        const state1 run1_28 = tap1(part28);
        const state1 run1_29 = tap1(part29);
        const state1 run1_30 = tap1(part30);
        const state1 run1_31 = tap1(part31);
        const state1 run1_32 = tap1(part32);
        const state1 run1_33 = tap1(part33);
        const state1 run1_34 = tap1(part34);
        const state1 run1_35 = tap1(part35);
        const state1 run1_36 = tap1(part36);
        const state1 run1_37 = tap1(part37);
        const state1 run1_38 = tap1(part38);
        state1 run2_30 = run1_30;
        run2_30 = combine1(run2_30, run1_31);
        state1 run3_29 = run1_29;
        run3_29 = combine1(run3_29, run2_30);
        state1 run4_28 = run1_28;
        run4_28 = combine1(run4_28, run3_29);
        state1 run5_27 = run1_27;
        run5_27 = combine1(run5_27, run4_28);
        state1 run6_26 = run1_26;
        run6_26 = combine1(run6_26, run5_27);
        state1 run7_25 = run1_25;
        run7_25 = combine1(run7_25, run6_26);
        state1 run8_24 = run1_24;
        run8_24 = combine1(run8_24, run7_25);
        state1 run9_23 = run1_23;
        run9_23 = combine1(run9_23, run8_24);
        state1 run10_22 = run1_22;
        run10_22 = combine1(run10_22, run9_23);
        state1 run11_21 = run1_21;
        run11_21 = combine1(run11_21, run10_22);
        state1 run12_20 = run1_20;
        run12_20 = combine1(run12_20, run11_21);
        state1 run13_19 = run1_19;
        run13_19 = combine1(run13_19, run12_20);
        state1 run14_18 = run1_18;
        run14_18 = combine1(run14_18, run13_19);
        state1 run15_17 = run1_17;
        run15_17 = combine1(run15_17, run14_18);
        state1 run16_16 = run1_16;
        run16_16 = combine1(run16_16, run15_17);
        state1 run17_15 = run1_15;
        run17_15 = combine1(run17_15, run16_16);
        state1 run18_14 = run1_14;
        run18_14 = combine1(run18_14, run17_15);
        state1 run19_13 = run1_13;
        run19_13 = combine1(run19_13, run18_14);
        state1 run20_12 = run1_12;
        run20_12 = combine1(run20_12, run19_13);
        state1 run21_11 = run1_11;
        run21_11 = combine1(run21_11, run20_12);
        state1 run22_10 = run1_10;
        run22_10 = combine1(run22_10, run21_11);
        state1 run23_9 = run1_9;
        run23_9 = combine1(run23_9, run22_10);
        state1 run24_8 = run1_8;
        run24_8 = combine1(run24_8, run23_9);
        state1 run25_7 = run1_7;
        run25_7 = combine1(run25_7, run24_8);
        state1 run26_6 = run1_6;
        run26_6 = combine1(run26_6, run25_7);
        state1 run27_5 = run1_5;
        run27_5 = combine1(run27_5, run26_6);
        state1 run28_4 = run1_4;
        run28_4 = combine1(run28_4, run27_5);
        state1 run29_3 = run1_3;
        run29_3 = combine1(run29_3, run28_4);
        state1 run30_2 = run1_2;
        run30_2 = combine1(run30_2, run29_3);
        state1 run31_1 = run1_1;
        run31_1 = combine1(run31_1, run30_2);
        state1 run32_0 = run1_0;
        run32_0 = combine1(run32_0, run31_1);
        state1 window1 = run31_1;
        window1 = combine1(window1, run1_32);
        state1 run2_32 = run1_32;
        run2_32 = combine1(run2_32, run1_33);
        state1 window2 = run30_2;
        window2 = combine1(window2, run2_32);
        state1 run3_32 = run2_32;
        run3_32 = combine1(run3_32, run1_34);
        state1 window3 = run29_3;
        window3 = combine1(window3, run3_32);
        state1 run4_32 = run3_32;
        run4_32 = combine1(run4_32, run1_35);
        state1 window4 = run28_4;
        window4 = combine1(window4, run4_32);
        state1 run5_32 = run4_32;
        run5_32 = combine1(run5_32, run1_36);
        state1 window5 = run27_5;
        window5 = combine1(window5, run5_32);
        state1 run6_32 = run5_32;
        run6_32 = combine1(run6_32, run1_37);
        state1 window6 = run26_6;
        window6 = combine1(window6, run6_32);
        state1 run7_32 = run6_32;
        run7_32 = combine1(run7_32, run1_38);
        state1 window7 = run25_7;
        window7 = combine1(window7, run7_32);
        // All have read what is written now.
        barrier(CLK_LOCAL_MEM_FENCE);
        if (first + item < strips_w) {
            const uint to = row + strip * 8;
            vectors[to] = run32_0.value;
            vectors[to + 1] = window1.value;
            vectors[to + 2] = window2.value;
            vectors[to + 3] = window3.value;
            vectors[to + 4] = window4.value;
            vectors[to + 5] = window5.value;
            vectors[to + 6] = window6.value;
            vectors[to + 7] = window7.value;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // The outputs, work-items side by side with neighbouring columns.
    const uint strips = (uint)g.planes * (uint)g.columns;
    for (uint number = item; number < strips; number += items) {
        const uint own = quotient(number, g.factor_columns, g.shift_columns);
        const uint column = number - own * (uint)g.columns;
        if (own < planes && ow + (int)column < (int)g.out_w) {
            const uint pitch = g.pitch, at = own * pitch + column;
            const __local float *from_value = value + at;
            state1 run1_0;
            run1_0.value = *from_value;
            // Where the strip lies in the result, and how many of its outputs exist.
            const int to = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + (int)own * g.y_outer1 + ow + (int)column;
            __global half *y_to = y + to;
            {
                const float count = (float)(taps_before((int)g.in_w - (w0 + (int)column), 32, 1) - taps_before(-(w0 + (int)column), 32, 1));
                store1(y_to, finalize1(run1_0, count));
            }
        }
    }
}
