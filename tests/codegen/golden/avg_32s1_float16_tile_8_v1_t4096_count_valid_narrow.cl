// clpool: avg of float16, window 32, stride 1.
// Skeleton tile, tiles of 4096 elements, portable dialect.
// A work-group reads a tile of the input and its halo into local memory, where windows are reduced
// along the rows, then down them, by runs of 1, 2, 4, ... taps.

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
    int lines; // rows of a tile, of all of its planes
    int units; // loads of a row of a tile
    int pitch; // elements from a row of a tile to the next, in local memory
    int factor_blocks_planes; // factor that divides by blocks_planes
    int shift_blocks_planes; // shift that divides by blocks_planes
    int factor_lines; // factor that divides by lines
    int shift_lines; // shift that divides by lines
    int factor_units; // factor that divides by units
    int shift_units; // shift that divides by units
    int in_w; // w: length in x
    int out_w; // w: length in y
    int pad_w; // w: padding before x
    int blocks_w; // w: blocks of outputs
    int tile_w; // w: outputs of a tile
    int strips_w; // w: strips of outputs of a tile
    int factor_blocks_w; // w: factor that divides by blocks
    int shift_blocks_w; // w: shift that divides by blocks
    int factor_tile_w; // w: factor that divides by tile
    int shift_tile_w; // w: shift that divides by tile
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
    const uint item = get_local_id(0);
    const uint tile = get_global_id(0) / 256;
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
    // The tile and its halo.
    const int plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const uint units = (uint)g.lines * (uint)g.units;
    for (uint first = item; first < units; first += 1024) {
        float read0;
        uint to0;
        {
            const uint number = first;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            to0 = line * (uint)g.pitch + unit;
            const int w = w0 + (int)unit;
            const int in = (number < units) & (line < planes) & ((uint)w < (uint)g.in_w);
            const int at = in ? (int)line * g.x_outer1 + w : 0;
            read0 = load1(x + plane + at);
            read0 = in ? read0 : (float)0;
        }
        float read1;
        uint to1;
        {
            const uint number = first + 256;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            to1 = line * (uint)g.pitch + unit;
            const int w = w0 + (int)unit;
            const int in = (number < units) & (line < planes) & ((uint)w < (uint)g.in_w);
            const int at = in ? (int)line * g.x_outer1 + w : 0;
            read1 = load1(x + plane + at);
            read1 = in ? read1 : (float)0;
        }
        float read2;
        uint to2;
        {
            const uint number = first + 512;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            to2 = line * (uint)g.pitch + unit;
            const int w = w0 + (int)unit;
            const int in = (number < units) & (line < planes) & ((uint)w < (uint)g.in_w);
            const int at = in ? (int)line * g.x_outer1 + w : 0;
            read2 = load1(x + plane + at);
            read2 = in ? read2 : (float)0;
        }
        float read3;
        uint to3;
        {
            const uint number = first + 768;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            to3 = line * (uint)g.pitch + unit;
            const int w = w0 + (int)unit;
            const int in = (number < units) & (line < planes) & ((uint)w < (uint)g.in_w);
            const int at = in ? (int)line * g.x_outer1 + w : 0;
            read3 = load1(x + plane + at);
            read3 = in ? read3 : (float)0;
        }
        if (first < units) *(value + to0) = read0;
        if (first + 256 < units) *(value + to1) = read1;
        if (first + 512 < units) *(value + to2) = read2;
        if (first + 768 < units) *(value + to3) = read3;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the rows, in strips of 8 outputs.
    const uint strips_w = (uint)g.lines * (uint)g.strips_w;
    for (uint first = 0; first < strips_w; first += 256) {
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
        state1 run2_0 = run1_0;
        run2_0 = combine1(run2_0, run1_1);
        state1 run2_2 = run1_2;
        run2_2 = combine1(run2_2, run1_3);
        state1 run4_0 = run2_0;
        run4_0 = combine1(run4_0, run2_2);
        state1 run2_4 = run1_4;
        run2_4 = combine1(run2_4, run1_5);
        state1 run2_6 = run1_6;
        run2_6 = combine1(run2_6, run1_7);
        state1 run4_4 = run2_4;
        run4_4 = combine1(run4_4, run2_6);
        state1 run8_0 = run4_0;
        run8_0 = combine1(run8_0, run4_4);
        state1 run2_8 = run1_8;
        run2_8 = combine1(run2_8, run1_9);
        state1 run2_10 = run1_10;
        run2_10 = combine1(run2_10, run1_11);
        state1 run4_8 = run2_8;
        run4_8 = combine1(run4_8, run2_10);
        state1 run2_12 = run1_12;
        run2_12 = combine1(run2_12, run1_13);
        state1 run2_14 = run1_14;
        run2_14 = combine1(run2_14, run1_15);
        state1 run4_12 = run2_12;
        run4_12 = combine1(run4_12, run2_14);
        state1 run8_8 = run4_8;
        run8_8 = combine1(run8_8, run4_12);
        state1 run16_0 = run8_0;
        run16_0 = combine1(run16_0, run8_8);
        state1 run2_16 = run1_16;
        run2_16 = combine1(run2_16, run1_17);
        state1 run2_18 = run1_18;
        run2_18 = combine1(run2_18, run1_19);
        state1 run4_16 = run2_16;
        run4_16 = combine1(run4_16, run2_18);
        state1 run2_20 = run1_20;
        run2_20 = combine1(run2_20, run1_21);
        state1 run2_22 = run1_22;
        run2_22 = combine1(run2_22, run1_23);
        state1 run4_20 = run2_20;
        run4_20 = combine1(run4_20, run2_22);
        state1 run8_16 = run4_16;
        run8_16 = combine1(run8_16, run4_20);
        state1 run2_24 = run1_24;
        run2_24 = combine1(run2_24, run1_25);
        state1 run2_26 = run1_26;
        run2_26 = combine1(run2_26, run1_27);
        state1 run4_24 = run2_24;
        run4_24 = combine1(run4_24, run2_26);
        state1 run2_28 = run1_28;
        run2_28 = combine1(run2_28, run1_29);
        state1 run2_30 = run1_30;
        run2_30 = combine1(run2_30, run1_31);
        state1 run4_28 = run2_28;
        run4_28 = combine1(run4_28, run2_30);
        state1 run8_24 = run4_24;
        run8_24 = combine1(run8_24, run4_28);
        state1 run16_16 = run8_16;
        run16_16 = combine1(run16_16, run8_24);
        state1 run32_0 = run16_0;
        run32_0 = combine1(run32_0, run16_16);
        state1 run2_1 = run1_1;
        run2_1 = combine1(run2_1, run1_2);
        state1 run2_3 = run1_3;
        run2_3 = combine1(run2_3, run1_4);
        state1 run4_1 = run2_1;
        run4_1 = combine1(run4_1, run2_3);
        state1 run2_5 = run1_5;
        run2_5 = combine1(run2_5, run1_6);
        state1 run2_7 = run1_7;
        run2_7 = combine1(run2_7, run1_8);
        state1 run4_5 = run2_5;
        run4_5 = combine1(run4_5, run2_7);
        state1 run8_1 = run4_1;
        run8_1 = combine1(run8_1, run4_5);
        state1 run2_9 = run1_9;
        run2_9 = combine1(run2_9, run1_10);
        state1 run2_11 = run1_11;
        run2_11 = combine1(run2_11, run1_12);
        state1 run4_9 = run2_9;
        run4_9 = combine1(run4_9, run2_11);
        state1 run2_13 = run1_13;
        run2_13 = combine1(run2_13, run1_14);
        state1 run2_15 = run1_15;
        run2_15 = combine1(run2_15, run1_16);
        state1 run4_13 = run2_13;
        run4_13 = combine1(run4_13, run2_15);
        state1 run8_9 = run4_9;
        run8_9 = combine1(run8_9, run4_13);
        state1 run16_1 = run8_1;
        run16_1 = combine1(run16_1, run8_9);
        state1 run2_17 = run1_17;
        run2_17 = combine1(run2_17, run1_18);
        state1 run2_19 = run1_19;
        run2_19 = combine1(run2_19, run1_20);
        state1 run4_17 = run2_17;
        run4_17 = combine1(run4_17, run2_19);
        state1 run2_21 = run1_21;
        run2_21 = combine1(run2_21, run1_22);
        state1 run2_23 = run1_23;
        run2_23 = combine1(run2_23, run1_24);
        state1 run4_21 = run2_21;
        run4_21 = combine1(run4_21, run2_23);
        state1 run8_17 = run4_17;
        run8_17 = combine1(run8_17, run4_21);
        state1 run2_25 = run1_25;
        run2_25 = combine1(run2_25, run1_26);
        state1 run2_27 = run1_27;
        run2_27 = combine1(run2_27, run1_28);
        state1 run4_25 = run2_25;
        run4_25 = combine1(run4_25, run2_27);
        state1 run2_29 = run1_29;
        run2_29 = combine1(run2_29, run1_30);
        state1 run2_31 = run1_31;
        run2_31 = combine1(run2_31, run1_32);
        state1 run4_29 = run2_29;
        run4_29 = combine1(run4_29, run2_31);
        state1 run8_25 = run4_25;
        run8_25 = combine1(run8_25, run4_29);
        state1 run16_17 = run8_17;
        run16_17 = combine1(run16_17, run8_25);
        state1 run32_1 = run16_1;
        run32_1 = combine1(run32_1, run16_17);
        state1 run4_2 = run2_2;
        run4_2 = combine1(run4_2, run2_4);
        state1 run4_6 = run2_6;
        run4_6 = combine1(run4_6, run2_8);
        state1 run8_2 = run4_2;
        run8_2 = combine1(run8_2, run4_6);
        state1 run4_10 = run2_10;
        run4_10 = combine1(run4_10, run2_12);
        state1 run4_14 = run2_14;
        run4_14 = combine1(run4_14, run2_16);
        state1 run8_10 = run4_10;
        run8_10 = combine1(run8_10, run4_14);
        state1 run16_2 = run8_2;
        run16_2 = combine1(run16_2, run8_10);
        state1 run4_18 = run2_18;
        run4_18 = combine1(run4_18, run2_20);
        state1 run4_22 = run2_22;
        run4_22 = combine1(run4_22, run2_24);
        state1 run8_18 = run4_18;
        run8_18 = combine1(run8_18, run4_22);
        state1 run4_26 = run2_26;
        run4_26 = combine1(run4_26, run2_28);
        state1 run2_32 = run1_32;
        run2_32 = combine1(run2_32, run1_33);
        state1 run4_30 = run2_30;
        run4_30 = combine1(run4_30, run2_32);
        state1 run8_26 = run4_26;
        run8_26 = combine1(run8_26, run4_30);
        state1 run16_18 = run8_18;
        run16_18 = combine1(run16_18, run8_26);
        state1 run32_2 = run16_2;
        run32_2 = combine1(run32_2, run16_18);
        state1 run4_3 = run2_3;
        run4_3 = combine1(run4_3, run2_5);
        state1 run4_7 = run2_7;
        run4_7 = combine1(run4_7, run2_9);
        state1 run8_3 = run4_3;
        run8_3 = combine1(run8_3, run4_7);
        state1 run4_11 = run2_11;
        run4_11 = combine1(run4_11, run2_13);
        state1 run4_15 = run2_15;
        run4_15 = combine1(run4_15, run2_17);
        state1 run8_11 = run4_11;
        run8_11 = combine1(run8_11, run4_15);
        state1 run16_3 = run8_3;
        run16_3 = combine1(run16_3, run8_11);
        state1 run4_19 = run2_19;
        run4_19 = combine1(run4_19, run2_21);
        state1 run4_23 = run2_23;
        run4_23 = combine1(run4_23, run2_25);
        state1 run8_19 = run4_19;
        run8_19 = combine1(run8_19, run4_23);
        state1 run4_27 = run2_27;
        run4_27 = combine1(run4_27, run2_29);
        state1 run2_33 = run1_33;
        run2_33 = combine1(run2_33, run1_34);
        state1 run4_31 = run2_31;
        run4_31 = combine1(run4_31, run2_33);
        state1 run8_27 = run4_27;
        run8_27 = combine1(run8_27, run4_31);
        state1 run16_19 = run8_19;
        run16_19 = combine1(run16_19, run8_27);
        state1 run32_3 = run16_3;
        run32_3 = combine1(run32_3, run16_19);
        state1 run8_4 = run4_4;
        run8_4 = combine1(run8_4, run4_8);
        state1 run8_12 = run4_12;
        run8_12 = combine1(run8_12, run4_16);
        state1 run16_4 = run8_4;
        run16_4 = combine1(run16_4, run8_12);
        state1 run8_20 = run4_20;
        run8_20 = combine1(run8_20, run4_24);
        state1 run2_34 = run1_34;
        run2_34 = combine1(run2_34, run1_35);
        state1 run4_32 = run2_32;
        run4_32 = combine1(run4_32, run2_34);
        state1 run8_28 = run4_28;
        run8_28 = combine1(run8_28, run4_32);
        state1 run16_20 = run8_20;
        run16_20 = combine1(run16_20, run8_28);
        state1 run32_4 = run16_4;
        run32_4 = combine1(run32_4, run16_20);
        state1 run8_5 = run4_5;
        run8_5 = combine1(run8_5, run4_9);
        state1 run8_13 = run4_13;
        run8_13 = combine1(run8_13, run4_17);
        state1 run16_5 = run8_5;
        run16_5 = combine1(run16_5, run8_13);
        state1 run8_21 = run4_21;
        run8_21 = combine1(run8_21, run4_25);
        state1 run2_35 = run1_35;
        run2_35 = combine1(run2_35, run1_36);
        state1 run4_33 = run2_33;
        run4_33 = combine1(run4_33, run2_35);
        state1 run8_29 = run4_29;
        run8_29 = combine1(run8_29, run4_33);
        state1 run16_21 = run8_21;
        run16_21 = combine1(run16_21, run8_29);
        state1 run32_5 = run16_5;
        run32_5 = combine1(run32_5, run16_21);
        state1 run8_6 = run4_6;
        run8_6 = combine1(run8_6, run4_10);
        state1 run8_14 = run4_14;
        run8_14 = combine1(run8_14, run4_18);
        state1 run16_6 = run8_6;
        run16_6 = combine1(run16_6, run8_14);
        state1 run8_22 = run4_22;
        run8_22 = combine1(run8_22, run4_26);
        state1 run2_36 = run1_36;
        run2_36 = combine1(run2_36, run1_37);
        state1 run4_34 = run2_34;
        run4_34 = combine1(run4_34, run2_36);
        state1 run8_30 = run4_30;
        run8_30 = combine1(run8_30, run4_34);
        state1 run16_22 = run8_22;
        run16_22 = combine1(run16_22, run8_30);
        state1 run32_6 = run16_6;
        run32_6 = combine1(run32_6, run16_22);
        state1 run8_7 = run4_7;
        run8_7 = combine1(run8_7, run4_11);
        state1 run8_15 = run4_15;
        run8_15 = combine1(run8_15, run4_19);
        state1 run16_7 = run8_7;
        run16_7 = combine1(run16_7, run8_15);
        state1 run8_23 = run4_23;
        run8_23 = combine1(run8_23, run4_27);
        state1 run2_37 = run1_37;
        run2_37 = combine1(run2_37, run1_38);
        state1 run4_35 = run2_35;
        run4_35 = combine1(run4_35, run2_37);
        state1 run8_31 = run4_31;
        run8_31 = combine1(run8_31, run4_35);
        state1 run16_23 = run8_23;
        run16_23 = combine1(run16_23, run8_31);
        state1 run32_7 = run16_7;
        run32_7 = combine1(run32_7, run16_23);
        // All have read what is written now.
        barrier(CLK_LOCAL_MEM_FENCE);
        if (first + item < strips_w) {
            const uint to = row + strip * 8;
            vectors[to] = run32_0.value;
            vectors[to + 1] = run32_1.value;
            vectors[to + 2] = run32_2.value;
            vectors[to + 3] = run32_3.value;
            vectors[to + 4] = run32_4.value;
            vectors[to + 5] = run32_5.value;
            vectors[to + 6] = run32_6.value;
            vectors[to + 7] = run32_7.value;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // The outputs, work-items side by side with neighbouring columns.
    const uint strips = (uint)g.planes * (uint)g.tile_w;
    for (uint number = item; number < strips; number += 256) {
        const uint own = quotient(number, g.factor_tile_w, g.shift_tile_w);
        const uint column = number - own * (uint)g.tile_w;
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
