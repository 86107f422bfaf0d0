// clpool: min of int8, window 3x2x5, stride 2x1x1, with indices of int64.
// Skeleton tile, tiles of 4096 elements, portable dialect.
// A work-group reads a tile of the input and its halo into local memory, where windows are reduced
// along the rows, then down them, by runs of taps that windows share.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int index_offset; // first element of indices
    int origin; // flat index of the first element of x
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int planes; // planes of a tile
    int blocks_planes; // blocks of so many planes of the inner batch axis
    int items; // work-items of a group
    int lines; // rows of a tile, of all of its planes
    int slices; // slices of a tile, of all of its planes
    int units; // loads of a row of a tile
    int columns; // outputs of a row of a tile, at most
    int pitch; // elements from a row of a tile to the next, in local memory
    int factor_items; // factor that divides by items
    int shift_items; // shift that divides by items
    int factor_blocks_planes; // factor that divides by blocks_planes
    int shift_blocks_planes; // shift that divides by blocks_planes
    int factor_lines; // factor that divides by lines
    int shift_lines; // shift that divides by lines
    int factor_slices; // factor that divides by slices
    int shift_slices; // shift that divides by slices
    int factor_units; // factor that divides by units
    int shift_units; // shift that divides by units
    int factor_columns; // factor that divides by columns
    int shift_columns; // shift that divides by columns
    int in_d; // d: length in x
    int out_d; // d: length in y
    int pad_d; // d: padding before x
    int x_d; // d: stride in x
    int y_d; // d: stride in y
    int flat_d; // d: stride in a flat index
    int blocks_d; // d: blocks of outputs
    int tile_d; // d: outputs of a tile
    int span_d; // d: elements of a tile and its halo
    int valid_d; // d: elements of a tile that may lie in x
    int strips_d; // d: strips of outputs of a tile
    int factor_blocks_d; // d: factor that divides by blocks
    int shift_blocks_d; // d: shift that divides by blocks
    int factor_valid_d; // d: factor that divides by valid
    int shift_valid_d; // d: shift that divides by valid
    int factor_strips_d; // d: factor that divides by strips
    int shift_strips_d; // d: shift that divides by strips
    int in_h; // h: length in x
    int out_h; // h: length in y
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
    int blocks_h; // h: blocks of outputs
    int tile_h; // h: outputs of a tile
    int span_h; // h: elements of a tile and its halo
    int valid_h; // h: elements of a tile that may lie in x
    int strips_h; // h: strips of outputs of a tile
    int factor_blocks_h; // h: factor that divides by blocks
    int shift_blocks_h; // h: shift that divides by blocks
    int factor_tile_h; // h: factor that divides by tile
    int shift_tile_h; // h: shift that divides by tile
    int factor_valid_h; // h: factor that divides by valid
    int shift_valid_h; // h: shift that divides by valid
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

static char load1(const __global char *from)
{
    return *from;
}

static void store1(__global char *to, const char value)
{
    *to = value;
}

static void store_index1(__global long *to, const int index)
{
    __global int2 *words = (__global int2 *)to;
    const int sign = index >> 31;
    words[0] = (int2)(index, sign);
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    char value;
    int index;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = CHAR_MAX;
    none.index = -1;
    return none;
}

static state1 tap1(char value, int index)
{
    state1 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state1 combine_ordered1(state1 a, const state1 b)
{
    const int replaces = b.value < a.value;
    a.index = replaces ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
static state1 combine1(state1 a, const state1 b)
{
    const int none = a.index < 0;
    a = combine_ordered1(a, b);
    a.index = none ? b.index : a.index;
    return a;
}

// ---- Tiles: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- States of places that have no tap.

static state1 present1(const int in, state1 a)
{
    const state1 none = identity1();
    a.value = in ? a.value : none.value;
    a.index = in ? a.index : none.index;
    return a;
}

// ---- The kernel.

__kernel void min_3x2x5s2x1x1_int8_tile_2x4x4_v1_t4096_indices_int64_narrow(
    const __global char *restrict x,
    __global char *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    // The tile of this work-group.
    const uint item = get_local_id(0), items = g.items;
    const uint tile = quotient(get_global_id(0), g.factor_items, g.shift_items);
    const uint lines = quotient(tile, g.factor_blocks_w, g.shift_blocks_w);
    const uint tile_w = tile - lines * (uint)g.blocks_w;
    const int ow = tile_w * (uint)g.tile_w;
    const int w0 = ow - (int)g.pad_w;
    const uint slices = quotient(lines, g.factor_blocks_h, g.shift_blocks_h);
    const uint tile_h = lines - slices * (uint)g.blocks_h;
    const int oh = tile_h * (uint)g.tile_h;
    const int h0 = oh - (int)g.pad_h;
    const uint several = quotient(slices, g.factor_blocks_d, g.shift_blocks_d);
    const uint tile_d = slices - several * (uint)g.blocks_d;
    const int od = tile_d * (uint)g.tile_d;
    const int d0 = od * 2 - (int)g.pad_d;
    const uint outer0 = quotient(several, g.factor_blocks_planes, g.shift_blocks_planes);
    const uint block = several - outer0 * (uint)g.blocks_planes;
    const uint outer1 = block * (uint)g.planes, planes = (uint)g.outer1 - outer1;
    const uint d_out = min((uint)max(-(d0), (int)0), (uint)(g.span_d - g.valid_d));
    const uint h_out = min((uint)max(-(h0), (int)0), (uint)(g.span_h - g.valid_h));
    // The states of runs of taps by the first of them; before that, of elements.
    __local char vectors[4096];
    __local char *const value = (__local char *)vectors;
    __local int index[4096];
    // The identity everywhere.
    const uint extent = (uint)g.planes * (uint)g.span_d * (uint)g.span_h * (uint)g.pitch;
    for (uint at = item; at < extent; at += items)
        vectors[at] = (char)CHAR_MAX;
    barrier(CLK_LOCAL_MEM_FENCE);
    // The tile and its halo, where they lie in the plane.
    const uint w_out = min((uint)max(-(w0), (int)0), (uint)(g.span_w - g.units));
    const int plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const uint units = (uint)g.lines * (uint)g.units;
    for (uint first = item; first < units; first += 2 * items) {
        char read0;
        uint to0;
        int in0;
        {
            const uint number = first;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            const uint slice = quotient(line, g.factor_valid_h, g.shift_valid_h);
            const uint in_h = line - slice * (uint)g.valid_h;
            const uint at_h = h_out + in_h;
            const int h = h0 + (int)at_h;
            const uint own = quotient(slice, g.factor_valid_d, g.shift_valid_d);
            const uint in_d = slice - own * (uint)g.valid_d;
            const uint at_d = d_out + in_d;
            const int d = d0 + (int)at_d;
            const uint row = ((own * (uint)g.span_d + at_d) * (uint)g.span_h + at_h) * (uint)g.pitch;
            const uint column = w_out + unit;
            const int w = w0 + (int)column;
            to0 = row + column;
            in0 = (number < units) & (own < planes) & ((uint)d < (uint)g.in_d) & ((uint)h < (uint)g.in_h) & ((uint)w < (uint)g.in_w);
            const int at = in0 ? (int)own * g.x_outer1 + d * g.x_d + h * g.x_h + w : 0;
            read0 = load1(x + plane + at);
        }
        char read1;
        uint to1;
        int in1;
        {
            const uint number = first + items;
            const uint line = quotient(number, g.factor_units, g.shift_units);
            const uint unit = number - line * (uint)g.units;
            const uint slice = quotient(line, g.factor_valid_h, g.shift_valid_h);
            const uint in_h = line - slice * (uint)g.valid_h;
            const uint at_h = h_out + in_h;
            const int h = h0 + (int)at_h;
            const uint own = quotient(slice, g.factor_valid_d, g.shift_valid_d);
            const uint in_d = slice - own * (uint)g.valid_d;
            const uint at_d = d_out + in_d;
            const int d = d0 + (int)at_d;
            const uint row = ((own * (uint)g.span_d + at_d) * (uint)g.span_h + at_h) * (uint)g.pitch;
            const uint column = w_out + unit;
            const int w = w0 + (int)column;
            to1 = row + column;
            in1 = (number < units) & (own < planes) & ((uint)d < (uint)g.in_d) & ((uint)h < (uint)g.in_h) & ((uint)w < (uint)g.in_w);
            const int at = in1 ? (int)own * g.x_outer1 + d * g.x_d + h * g.x_h + w : 0;
            read1 = load1(x + plane + at);
        }
        if (in0) *(value + to0) = read0;
        if (in1) *(value + to1) = read1;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the rows, in strips of 4 outputs.
    const uint strips_w = (uint)g.lines * (uint)g.strips_w;
    for (uint first = 0; first < strips_w; first += items) {
        const uint number = min(first + item, strips_w - 1);
        const uint strip = quotient(number, g.factor_lines, g.shift_lines);
        const uint line = number - strip * (uint)g.lines;
        const uint slice = quotient(line, g.factor_valid_h, g.shift_valid_h);
        const uint in_h = line - slice * (uint)g.valid_h;
        const uint at_h = h_out + in_h;
        const int h = h0 + (int)at_h;
        const uint own = quotient(slice, g.factor_valid_d, g.shift_valid_d);
        const uint in_d = slice - own * (uint)g.valid_d;
        const uint at_d = d_out + in_d;
        const int d = d0 + (int)at_d;
        const uint row = ((own * (uint)g.span_d + at_d) * (uint)g.span_h + at_h) * (uint)g.pitch;
        const __local char *const from = vectors + (row + strip * 4);
        const char part0 = from[0];
        const char part1 = from[1];
        const char part2 = from[2];
        const char part3 = from[3];
        const char part4 = from[4];
        const char part5 = from[5];
        const char part6 = from[6];
        const char part7 = from[7];
        const int w = w0 + (int)(strip * 4);
        const uint columns = (((uint)d < (uint)g.in_d) & ((uint)h < (uint)g.in_h)) ? (uint)g.in_w : 0;
        const int flat = (int)g.origin + d * (int)g.flat_d + h * (int)g.flat_h + w;
        const state1 run1_0 = present1((uint)w < columns, tap1(part0, flat));
        const state1 run1_1 = present1((uint)(w + 1) < columns, tap1(part1, flat + 1));
        const state1 run1_2 = present1((uint)(w + 2) < columns, tap1(part2, flat + 2));
        const state1 run1_3 = present1((uint)(w + 3) < columns, tap1(part3, flat + 3));
        const state1 run1_4 = present1((uint)(w + 4) < columns, tap1(part4, flat + 4));
        const state1 run1_5 = present1((uint)(w + 5) < columns, tap1(part5, flat + 5));
        const state1 run1_6 = present1((uint)(w + 6) < columns, tap1(part6, flat + 6));
        const state1 run1_7 = present1((uint)(w + 7) < columns, tap1(part7, flat + 7));
        state1 run2_3 = run1_3;
        run2_3 = combine1(run2_3, run1_4);
        state1 run3_2 = run1_2;
        run3_2 = combine1(run3_2, run2_3);
        state1 run4_1 = run1_1;
        run4_1 = combine1(run4_1, run3_2);
        state1 run5_0 = run1_0;
        run5_0 = combine1(run5_0, run4_1);
        state1 window1 = run4_1;
        window1 = combine1(window1, run1_5);
        state1 run2_5 = run1_5;
        run2_5 = combine1(run2_5, run1_6);
        state1 window2 = run3_2;
        window2 = combine1(window2, run2_5);
        state1 run3_5 = run2_5;
        run3_5 = combine1(run3_5, run1_7);
        state1 window3 = run2_3;
        window3 = combine1(window3, run3_5);
        // All have read what is written now.
        barrier(CLK_LOCAL_MEM_FENCE);
        if (first + item < strips_w) {
            const uint to = row + strip * 4;
            vectors[to] = run5_0.value;
            vectors[to + 1] = window1.value;
            vectors[to + 2] = window2.value;
            vectors[to + 3] = window3.value;
            index[to] = run5_0.index;
            index[to + 1] = window1.index;
            index[to + 2] = window2.index;
            index[to + 3] = window3.index;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Down the rows of each slice, in strips of 4 outputs.
    const uint strips_h = (uint)g.slices * (uint)g.strips_h * (uint)g.columns;
    for (uint first = 0; first < strips_h; first += items) {
        const uint number = min(first + item, strips_h - 1);
        const uint rest = quotient(number, g.factor_columns, g.shift_columns);
        const uint column = number - rest * (uint)g.columns;
        const uint strip = quotient(rest, g.factor_slices, g.shift_slices);
        const uint slice = rest - strip * (uint)g.slices;
        const uint pitch = g.pitch, begin = slice * (uint)g.span_h;
        const uint at = (begin + strip * 4) * pitch + column;
        const __local char *from_value = value + at;
        const __local int *from_index = index + at;
        state1 run1_0;
        run1_0.value = *from_value;
        run1_0.index = *from_index;
        from_value += pitch;
        from_index += pitch;
        state1 run1_1;
        run1_1.value = *from_value;
        run1_1.index = *from_index;
        from_value += pitch;
        from_index += pitch;
        state1 run1_2;
        run1_2.value = *from_value;
        run1_2.index = *from_index;
        from_value += pitch;
        from_index += pitch;
        state1 run1_3;
        run1_3.value = *from_value;
        run1_3.index = *from_index;
        from_value += pitch;
        from_index += pitch;
        state1 run1_4;
        run1_4.value = *from_value;
        run1_4.index = *from_index;
        state1 run2_0 = run1_0;
        run2_0 = combine1(run2_0, run1_1);
        state1 run2_1 = run1_1;
        run2_1 = combine1(run2_1, run1_2);
        state1 run2_2 = run1_2;
        run2_2 = combine1(run2_2, run1_3);
        state1 run2_3 = run1_3;
        run2_3 = combine1(run2_3, run1_4);
        // All have read what is written now.
        barrier(CLK_LOCAL_MEM_FENCE);
        if (first + item < strips_h) {
            const uint to = (begin + strip * 4) * pitch + column;
            value[to] = run2_0.value;
            index[to] = run2_0.index;
            value[to + pitch] = run2_1.value;
            index[to + pitch] = run2_1.index;
            value[to + 2 * pitch] = run2_2.value;
            index[to + 2 * pitch] = run2_2.index;
            value[to + 3 * pitch] = run2_3.value;
            index[to + 3 * pitch] = run2_3.index;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // The outputs, work-items side by side with neighbouring columns.
    const uint strips = (uint)g.planes * (uint)g.strips_d * (uint)g.tile_h * (uint)g.columns;
    for (uint number = item; number < strips; number += items) {
        const uint rest = quotient(number, g.factor_columns, g.shift_columns);
        const uint column = number - rest * (uint)g.columns;
        const uint strips_left = quotient(rest, g.factor_tile_h, g.shift_tile_h);
        const uint line = rest - strips_left * (uint)g.tile_h;
        const uint own = quotient(strips_left, g.factor_strips_d, g.shift_strips_d);
        const uint strip = strips_left - own * (uint)g.strips_d;
        if (own < planes && ow + (int)column < (int)g.out_w && oh + (int)line < (int)g.out_h) {
            const uint pitch = g.pitch, at = ((own * (uint)g.span_d + strip * 4) * (uint)g.span_h + line) * pitch + column;
            const uint slice_pitch = (uint)g.span_h * pitch;
            const __local char *from_value = value + at;
            const __local int *from_index = index + at;
            state1 run1_0;
            run1_0.value = *from_value;
            run1_0.index = *from_index;
            from_value += slice_pitch;
            from_index += slice_pitch;
            state1 run1_1;
            run1_1.value = *from_value;
            run1_1.index = *from_index;
            from_value += slice_pitch;
            from_index += slice_pitch;
            state1 run1_2;
            run1_2.value = *from_value;
            run1_2.index = *from_index;
            from_value += slice_pitch;
            from_index += slice_pitch;
            state1 run1_3;
            run1_3.value = *from_value;
            run1_3.index = *from_index;
            from_value += slice_pitch;
            from_index += slice_pitch;
            state1 run1_4;
            run1_4.value = *from_value;
            run1_4.index = *from_index;
            state1 run2_1 = run1_1;
            run2_1 = combine1(run2_1, run1_2);
            state1 window0 = run1_0;
            window0 = combine1(window0, run2_1);
            state1 run2_3 = run1_3;
            run2_3 = combine1(run2_3, run1_4);
            state1 window1 = run1_2;
            window1 = combine1(window1, run2_3);
            // Where the strip lies in the result, and how many of its outputs exist.
            const int begin = od + (int)(strip * 2);
            const int left = (int)g.out_d - begin;
            const int to = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + (int)own * g.y_outer1 + ow + (int)column + (oh + (int)line) * g.y_h + begin * g.y_d;
            __global char *y_to = y + to;
            __global long *index_to = indices + (g.index_offset - g.y_offset) + to;
            if (0 < left) {
                store1(y_to, window0.value);
                store_index1(index_to, window0.index);
            }
            y_to += g.y_d;
            index_to += g.y_d;
            if (1 < left) {
                store1(y_to, window1.value);
                store_index1(index_to, window1.index);
            }
        }
    }
}
