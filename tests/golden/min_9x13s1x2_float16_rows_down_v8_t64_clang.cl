// clpool: min pooling, window 9x13, stride 1x2, dilation 1x1, float16

// Sizes, pitches and offsets in elements; they change from call to call, the kernel does not.
typedef struct {
    long x_offset, y_offset, index_offset, origin, divisor, outer0, x_outer0, y_outer0, outer1, x_outer1, y_outer1, inner, chosen_shift, result_shift, largest_shift, mean_shift, total_shift, own_offset, power, list_offset, list_outer0, list_outer1, in_d, out_d, pad_d, limit_d, x_d, y_d, flat_d, list_d, count_d, step_d, in_h, out_h, pad_h, limit_h, x_h, y_h, flat_h, list_h, count_h, step_h, in_w, out_w, pad_w, limit_w, x_w, y_w, flat_w, list_w, count_w, step_w;
} geometry;

// Vectors at any address.
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef short short8_any __attribute__((ext_vector_type(8), aligned(2)));
typedef ushort ushort8_any __attribute__((ext_vector_type(8), aligned(2)));

static short decode1(const ushort raw)
{
    const short bits = (short)(raw);
    const short key = bits ^ ((bits >> (short)15) & (short)0x7fff);
    return (short)((ushort)(key) + (ushort)1023);
}

static short load1(const __global half *from)
{
    return decode1(*((const __global ushort *)from));
}

static void store1(__global half *to, const short value)
{
    const short key = (short)((ushort)(value) + (ushort)64513);
    const ushort narrow = (ushort)(key ^ ((key >> (short)15) & (short)0x7fff));
    *((__global ushort *)to) = narrow;
}

static short get1(const short *from) { return *(from); }
static void put1(short *to, const short value) { *(to) = value; }

static short pick1(const short *from)
{
    return get1(from);
}

// What has been combined so far, 1 lane(s) at a time.
typedef struct {
    short value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 32767;
    return none;
}

static state1 tap1(short value)
{
    state1 one;
    one.value = value;
    return one;
}

static state1 combine1(state1 a, const state1 b)
{
    a.value = (b.value < a.value) ? b.value : a.value;
    return a;
}

static short8 decode8(const ushort8 raw)
{
    const short8 bits = __builtin_convertvector(raw, short8);
    const short8 key = bits ^ ((bits >> (short)15) & (short)0x7fff);
    return __builtin_convertvector(__builtin_convertvector(key, ushort8) + (ushort)1023, short8);
}

static short8 load8(const __global half *from)
{
    return decode8(*(const __global ushort8_any *)((const __global ushort *)from));
}

static void store8(__global half *to, const short8 value)
{
    const short8 key = __builtin_convertvector(__builtin_convertvector(value, ushort8) + (ushort)64513, short8);
    const ushort8 narrow = __builtin_convertvector(key ^ ((key >> (short)15) & (short)0x7fff), ushort8);
    *(__global ushort8_any *)((__global ushort *)to) = narrow;
}

static short8 get8(const short *from) { return *(const __private short8_any *)(from); }
static void put8(short *to, const short8 value) { *(__private short8_any *)(to) = value; }

static short8 pick8(const short *from)
{
    return __builtin_shufflevector(*(const __private short8_any *)(from), *(const __private short8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14);
}

// What has been combined so far, 8 lane(s) at a time.
typedef struct {
    short8 value;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = 32767;
    return none;
}

static state8 tap8(short8 value)
{
    state8 one;
    one.value = value;
    return one;
}

static state8 combine8(state8 a, const state8 b)
{
    a.value = (b.value < a.value) ? b.value : a.value;
    return a;
}

static state8 within_row8(state8 all, const int from, const int to)
{
    const short8 numbers = (short8)(0, 1, 2, 3, 4, 5, 6, 7);
    const short first = (from < 0) ? 0 : (from < 8) ? from : 8, end = (to < 0) ? 0 : (to < 8) ? to : 8;
    const short8 inside = (numbers >= first) & (numbers < end);
    const state8 none = identity8();
    all.value = inside ? all.value : none.value;
    return all;
}

#if __has_attribute(intel_vec_len_hint)
__attribute__((intel_vec_len_hint(1)))
#endif
__kernel void min_9x13s1x2_float16_rows_down_v8_t64_clang(
    const __global half *restrict x,
    __global half *restrict y,
    const geometry g)
{
    const int lines = g.out_d * g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * get_global_id(0) / get_global_size(0);
    const long last = all * (get_global_id(0) + 1) / get_global_size(0);
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 64) {
        const int w0 = (ow0) * 2 - (int)g.pad_w;
        const int in_w = g.in_w;
        const int columns = (g.out_w - ow0 < 64) ? g.out_w - ow0 : 64;
        const int last_vector = (columns < 8) ? 0 : columns - 8;
        for (long next = first; next < last;) {
            const uint outer = next / lines;
            int line = next % lines;
            const int stop = (last - next < lines - line) ? line + (last - next) : lines;
            next += stop - line;
            const uint outer0 = outer / (uint)g.outer1;
            const uint outer1 = outer % (uint)g.outer1;
            const __global half *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
            const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
            const long earlier = outer0 * g.x_outer0 + outer1 * g.x_outer1;
            const long later = (g.outer0 - 1) * g.x_outer0 + (g.outer1 - 1) * g.x_outer1 - earlier;
            const long readable = (earlier > 0) ? -earlier : 0;
            const long readable_end = ((later > 0) ? later : 0) + (g.in_h - 1) * g.x_h + g.in_w;
            for (; line < stop; ++line) {
                const int oh = line;
                const int h0 = (oh) * 1 - (int)g.pad_h;
                const long y_row = y_plane + oh * g.y_h;
                __global half *to = y + g.y_offset + y_row + ow0;
                for (int ow = 0; ow < columns; ow += 32) {
                    __builtin_prefetch((const void *)(ulong)(to + ow + 2048), 1, 3);
                }
                const int h_0 = (h0 < 0) ? 0 : (h0 < g.in_h) ? h0 : g.in_h - 1;
                const int h_1 = (h0 + 1 < 0) ? 0 : (h0 + 1 < g.in_h) ? h0 + 1 : g.in_h - 1;
                const int h_2 = (h0 + 2 < 0) ? 0 : (h0 + 2 < g.in_h) ? h0 + 2 : g.in_h - 1;
                const int h_3 = (h0 + 3 < 0) ? 0 : (h0 + 3 < g.in_h) ? h0 + 3 : g.in_h - 1;
                const int h_4 = (h0 + 4 < 0) ? 0 : (h0 + 4 < g.in_h) ? h0 + 4 : g.in_h - 1;
                const int h_5 = (h0 + 5 < 0) ? 0 : (h0 + 5 < g.in_h) ? h0 + 5 : g.in_h - 1;
                const int h_6 = (h0 + 6 < 0) ? 0 : (h0 + 6 < g.in_h) ? h0 + 6 : g.in_h - 1;
                const int h_7 = (h0 + 7 < 0) ? 0 : (h0 + 7 < g.in_h) ? h0 + 7 : g.in_h - 1;
                const int h_8 = (h0 + 8 < 0) ? 0 : (h0 + 8 < g.in_h) ? h0 + 8 : g.in_h - 1;
                const int h_9 = (h0 + 9 < 0) ? 0 : (h0 + 9 < g.in_h) ? h0 + 9 : g.in_h - 1;
                const int h_10 = (h0 + 10 < 0) ? 0 : (h0 + 10 < g.in_h) ? h0 + 10 : g.in_h - 1;
                const int h_11 = (h0 + 11 < 0) ? 0 : (h0 + 11 < g.in_h) ? h0 + 11 : g.in_h - 1;
                const long row0 = h_0 * g.x_h + w0;
                const long row1 = h_1 * g.x_h + w0;
                const long row2 = h_2 * g.x_h + w0;
                const long row3 = h_3 * g.x_h + w0;
                const long row4 = h_4 * g.x_h + w0;
                const long row5 = h_5 * g.x_h + w0;
                const long row6 = h_6 * g.x_h + w0;
                const long row7 = h_7 * g.x_h + w0;
                const long row8 = h_8 * g.x_h + w0;
                const long row9 = h_9 * g.x_h + w0;
                const long row10 = h_10 * g.x_h + w0;
                const long row11 = h_11 * g.x_h + w0;
                const int left = stop - line;
                // Whole windows in whole vectors: a loop of its own, so that compilers see no other way
                // to its stores, and leave them as they are.
                if (columns >= 8 && left >= 4 && h0 + 9 > 0 && h0 + 3 < g.in_h && row0 >= readable && row11 + last_vector * 2 + 27 <= readable_end) {
                    __global half *to1 = to + 1 * g.y_h;
                    for (int ow = 0; ow < columns; ow += 32) {
                        __builtin_prefetch((const void *)(ulong)(to1 + ow + 2048), 1, 3);
                    }
                    __global half *to2 = to + 2 * g.y_h;
                    for (int ow = 0; ow < columns; ow += 32) {
                        __builtin_prefetch((const void *)(ulong)(to2 + ow + 2048), 1, 3);
                    }
                    __global half *to3 = to + 3 * g.y_h;
                    for (int ow = 0; ow < columns; ow += 32) {
                        __builtin_prefetch((const void *)(ulong)(to3 + ow + 2048), 1, 3);
                    }
                    for (int vector = 0; vector < columns; vector += 8) {
                        const int c = (vector < last_vector) ? vector : last_vector;
                        const int at = c * 2, w1 = w0 + at;
                        __builtin_prefetch((const void *)(ulong)(plane + row8 + at + 2048), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row8 + at + 0) & -4096ul) + 8192 + ((ulong)(plane + row8 + at + 0) % 4096 / 4)), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(plane + row9 + at + 2048), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row9 + at + 0) & -4096ul) + 8192 + ((ulong)(plane + row9 + at + 0) % 4096 / 4)), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(plane + row10 + at + 2048), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row10 + at + 0) & -4096ul) + 8192 + ((ulong)(plane + row10 + at + 0) % 4096 / 4)), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(plane + row11 + at + 2048), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row11 + at + 0) & -4096ul) + 8192 + ((ulong)(plane + row11 + at + 0) % 4096 / 4)), 0, 3);
                        const state8 row0_0 = tap8(load8(plane + row0 + at + 0));
                        state8 group0_0 = row0_0;
                        const state8 row0_1 = tap8(load8(plane + row0 + at + 8));
                        state8 group0_1 = row0_1;
                        const state8 row0_2 = tap8(load8(plane + row0 + at + 16));
                        state8 group0_2 = row0_2;
                        const state8 row0_3 = tap8(load8(plane + row0 + at + 19));
                        state8 group0_3 = row0_3;
                        const state8 row1_0 = tap8(load8(plane + row1 + at + 0));
                        state8 group1_0 = row1_0;
                        const state8 row1_1 = tap8(load8(plane + row1 + at + 8));
                        state8 group1_1 = row1_1;
                        const state8 row1_2 = tap8(load8(plane + row1 + at + 16));
                        state8 group1_2 = row1_2;
                        const state8 row1_3 = tap8(load8(plane + row1 + at + 19));
                        state8 group1_3 = row1_3;
                        const state8 row2_0 = tap8(load8(plane + row2 + at + 0));
                        state8 group2_0 = row2_0;
                        const state8 row2_1 = tap8(load8(plane + row2 + at + 8));
                        state8 group2_1 = row2_1;
                        const state8 row2_2 = tap8(load8(plane + row2 + at + 16));
                        state8 group2_2 = row2_2;
                        const state8 row2_3 = tap8(load8(plane + row2 + at + 19));
                        state8 group2_3 = row2_3;
                        const state8 row3_0 = tap8(load8(plane + row3 + at + 0));
                        state8 group3_0 = row3_0;
                        const state8 row3_1 = tap8(load8(plane + row3 + at + 8));
                        state8 group3_1 = row3_1;
                        const state8 row3_2 = tap8(load8(plane + row3 + at + 16));
                        state8 group3_2 = row3_2;
                        const state8 row3_3 = tap8(load8(plane + row3 + at + 19));
                        state8 group3_3 = row3_3;
                        const state8 row4_0 = tap8(load8(plane + row4 + at + 0));
                        group3_0 = combine8(group3_0, row4_0);
                        const state8 row4_1 = tap8(load8(plane + row4 + at + 8));
                        group3_1 = combine8(group3_1, row4_1);
                        const state8 row4_2 = tap8(load8(plane + row4 + at + 16));
                        group3_2 = combine8(group3_2, row4_2);
                        const state8 row4_3 = tap8(load8(plane + row4 + at + 19));
                        group3_3 = combine8(group3_3, row4_3);
                        const state8 row5_0 = tap8(load8(plane + row5 + at + 0));
                        group3_0 = combine8(group3_0, row5_0);
                        const state8 row5_1 = tap8(load8(plane + row5 + at + 8));
                        group3_1 = combine8(group3_1, row5_1);
                        const state8 row5_2 = tap8(load8(plane + row5 + at + 16));
                        group3_2 = combine8(group3_2, row5_2);
                        const state8 row5_3 = tap8(load8(plane + row5 + at + 19));
                        group3_3 = combine8(group3_3, row5_3);
                        const state8 row6_0 = tap8(load8(plane + row6 + at + 0));
                        group3_0 = combine8(group3_0, row6_0);
                        const state8 row6_1 = tap8(load8(plane + row6 + at + 8));
                        group3_1 = combine8(group3_1, row6_1);
                        const state8 row6_2 = tap8(load8(plane + row6 + at + 16));
                        group3_2 = combine8(group3_2, row6_2);
                        const state8 row6_3 = tap8(load8(plane + row6 + at + 19));
                        group3_3 = combine8(group3_3, row6_3);
                        const state8 row7_0 = tap8(load8(plane + row7 + at + 0));
                        group3_0 = combine8(group3_0, row7_0);
                        const state8 row7_1 = tap8(load8(plane + row7 + at + 8));
                        group3_1 = combine8(group3_1, row7_1);
                        const state8 row7_2 = tap8(load8(plane + row7 + at + 16));
                        group3_2 = combine8(group3_2, row7_2);
                        const state8 row7_3 = tap8(load8(plane + row7 + at + 19));
                        group3_3 = combine8(group3_3, row7_3);
                        const state8 row8_0 = tap8(load8(plane + row8 + at + 0));
                        group3_0 = combine8(group3_0, row8_0);
                        const state8 row8_1 = tap8(load8(plane + row8 + at + 8));
                        group3_1 = combine8(group3_1, row8_1);
                        const state8 row8_2 = tap8(load8(plane + row8 + at + 16));
                        group3_2 = combine8(group3_2, row8_2);
                        const state8 row8_3 = tap8(load8(plane + row8 + at + 19));
                        group3_3 = combine8(group3_3, row8_3);
                        const state8 row9_0 = tap8(load8(plane + row9 + at + 0));
                        state8 group4_0 = row9_0;
                        const state8 row9_1 = tap8(load8(plane + row9 + at + 8));
                        state8 group4_1 = row9_1;
                        const state8 row9_2 = tap8(load8(plane + row9 + at + 16));
                        state8 group4_2 = row9_2;
                        const state8 row9_3 = tap8(load8(plane + row9 + at + 19));
                        state8 group4_3 = row9_3;
                        const state8 row10_0 = tap8(load8(plane + row10 + at + 0));
                        state8 group5_0 = row10_0;
                        const state8 row10_1 = tap8(load8(plane + row10 + at + 8));
                        state8 group5_1 = row10_1;
                        const state8 row10_2 = tap8(load8(plane + row10 + at + 16));
                        state8 group5_2 = row10_2;
                        const state8 row10_3 = tap8(load8(plane + row10 + at + 19));
                        state8 group5_3 = row10_3;
                        const state8 row11_0 = tap8(load8(plane + row11 + at + 0));
                        state8 group6_0 = row11_0;
                        const state8 row11_1 = tap8(load8(plane + row11 + at + 8));
                        state8 group6_1 = row11_1;
                        const state8 row11_2 = tap8(load8(plane + row11 + at + 16));
                        state8 group6_2 = row11_2;
                        const state8 row11_3 = tap8(load8(plane + row11 + at + 19));
                        state8 group6_3 = row11_3;
                        {
                            state8 v0 = group0_0;
                            v0 = combine8(v0, group1_0);
                            v0 = combine8(v0, group2_0);
                            v0 = combine8(v0, group3_0);
                            state8 v1 = group0_1;
                            v1 = combine8(v1, group1_1);
                            v1 = combine8(v1, group2_1);
                            v1 = combine8(v1, group3_1);
                            state8 v2 = group0_2;
                            v2 = combine8(v2, group1_2);
                            v2 = combine8(v2, group2_2);
                            v2 = combine8(v2, group3_2);
                            state8 v3 = group0_3;
                            v3 = combine8(v3, group1_3);
                            v3 = combine8(v3, group2_3);
                            v3 = combine8(v3, group3_3);
                            if (w1 < 0 || w1 + 27 > in_w) {
                                if (w1 < -0 || w1 > in_w - 8) v0 = within_row8(v0, -w1 - 0, in_w - w1 - 0);
                                if (w1 < -8 || w1 > in_w - 16) v1 = within_row8(v1, -w1 - 8, in_w - w1 - 8);
                                if (w1 < -16 || w1 > in_w - 24) v2 = within_row8(v2, -w1 - 16, in_w - w1 - 16);
                                if (w1 < -19 || w1 > in_w - 27) v3 = within_row8(v3, -w1 - 19, in_w - w1 - 19);
                            }
                            state8 acc;
                            state8 t0;
                            t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t1;
                            t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t2;
                            t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 13, 14, 15, 0);
                            state8 t3;
                            t3.value = __builtin_shufflevector(v2.value, t1.value, 9, 10, 11, 12, 13, 14, 15, 1);
                            state8 t4;
                            t4.value = __builtin_shufflevector(v2.value, t0.value, 10, 11, 12, 13, 14, 15, 0, 2);
                            state8 t5;
                            t5.value = __builtin_shufflevector(v2.value, t1.value, 10, 11, 12, 13, 14, 15, 1, 3);
                            state8 t6;
                            t6.value = __builtin_shufflevector(v2.value, t0.value, 11, 12, 13, 14, 15, 0, 2, 4);
                            state8 t7;
                            t7.value = __builtin_shufflevector(v2.value, t1.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t8;
                            t8.value = __builtin_shufflevector(v1.value, v2.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t9;
                            t9.value = __builtin_shufflevector(v1.value, v2.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t10;
                            t10.value = __builtin_shufflevector(v3.value, t4.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t11;
                            t11.value = __builtin_shufflevector(v3.value, t3.value, 12, 13, 14, 15, 0, 2, 4, 6);
                            state8 t12;
                            t12.value = __builtin_shufflevector(v3.value, t4.value, 12, 13, 14, 15, 1, 3, 5, 7);
                            acc = t0;
                            acc = combine8(acc, t1);
                            acc = combine8(acc, t2);
                            acc = combine8(acc, t3);
                            acc = combine8(acc, t4);
                            acc = combine8(acc, t5);
                            acc = combine8(acc, t6);
                            acc = combine8(acc, t7);
                            acc = combine8(acc, t8);
                            acc = combine8(acc, t9);
                            acc = combine8(acc, t10);
                            acc = combine8(acc, t11);
                            acc = combine8(acc, t12);
                            const short8 finished = acc.value;
                            store8(to + c, finished);
                        }
                        {
                            state8 v0 = group1_0;
                            v0 = combine8(v0, group2_0);
                            v0 = combine8(v0, group3_0);
                            v0 = combine8(v0, group4_0);
                            state8 v1 = group1_1;
                            v1 = combine8(v1, group2_1);
                            v1 = combine8(v1, group3_1);
                            v1 = combine8(v1, group4_1);
                            state8 v2 = group1_2;
                            v2 = combine8(v2, group2_2);
                            v2 = combine8(v2, group3_2);
                            v2 = combine8(v2, group4_2);
                            state8 v3 = group1_3;
                            v3 = combine8(v3, group2_3);
                            v3 = combine8(v3, group3_3);
                            v3 = combine8(v3, group4_3);
                            if (w1 < 0 || w1 + 27 > in_w) {
                                if (w1 < -0 || w1 > in_w - 8) v0 = within_row8(v0, -w1 - 0, in_w - w1 - 0);
                                if (w1 < -8 || w1 > in_w - 16) v1 = within_row8(v1, -w1 - 8, in_w - w1 - 8);
                                if (w1 < -16 || w1 > in_w - 24) v2 = within_row8(v2, -w1 - 16, in_w - w1 - 16);
                                if (w1 < -19 || w1 > in_w - 27) v3 = within_row8(v3, -w1 - 19, in_w - w1 - 19);
                            }
                            state8 acc;
                            state8 t0;
                            t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t1;
                            t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t2;
                            t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 13, 14, 15, 0);
                            state8 t3;
                            t3.value = __builtin_shufflevector(v2.value, t1.value, 9, 10, 11, 12, 13, 14, 15, 1);
                            state8 t4;
                            t4.value = __builtin_shufflevector(v2.value, t0.value, 10, 11, 12, 13, 14, 15, 0, 2);
                            state8 t5;
                            t5.value = __builtin_shufflevector(v2.value, t1.value, 10, 11, 12, 13, 14, 15, 1, 3);
                            state8 t6;
                            t6.value = __builtin_shufflevector(v2.value, t0.value, 11, 12, 13, 14, 15, 0, 2, 4);
                            state8 t7;
                            t7.value = __builtin_shufflevector(v2.value, t1.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t8;
                            t8.value = __builtin_shufflevector(v1.value, v2.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t9;
                            t9.value = __builtin_shufflevector(v1.value, v2.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t10;
                            t10.value = __builtin_shufflevector(v3.value, t4.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t11;
                            t11.value = __builtin_shufflevector(v3.value, t3.value, 12, 13, 14, 15, 0, 2, 4, 6);
                            state8 t12;
                            t12.value = __builtin_shufflevector(v3.value, t4.value, 12, 13, 14, 15, 1, 3, 5, 7);
                            acc = t0;
                            acc = combine8(acc, t1);
                            acc = combine8(acc, t2);
                            acc = combine8(acc, t3);
                            acc = combine8(acc, t4);
                            acc = combine8(acc, t5);
                            acc = combine8(acc, t6);
                            acc = combine8(acc, t7);
                            acc = combine8(acc, t8);
                            acc = combine8(acc, t9);
                            acc = combine8(acc, t10);
                            acc = combine8(acc, t11);
                            acc = combine8(acc, t12);
                            const short8 finished = acc.value;
                            store8(to1 + c, finished);
                        }
                        {
                            state8 v0 = group2_0;
                            v0 = combine8(v0, group3_0);
                            v0 = combine8(v0, group4_0);
                            v0 = combine8(v0, group5_0);
                            state8 v1 = group2_1;
                            v1 = combine8(v1, group3_1);
                            v1 = combine8(v1, group4_1);
                            v1 = combine8(v1, group5_1);
                            state8 v2 = group2_2;
                            v2 = combine8(v2, group3_2);
                            v2 = combine8(v2, group4_2);
                            v2 = combine8(v2, group5_2);
                            state8 v3 = group2_3;
                            v3 = combine8(v3, group3_3);
                            v3 = combine8(v3, group4_3);
                            v3 = combine8(v3, group5_3);
                            if (w1 < 0 || w1 + 27 > in_w) {
                                if (w1 < -0 || w1 > in_w - 8) v0 = within_row8(v0, -w1 - 0, in_w - w1 - 0);
                                if (w1 < -8 || w1 > in_w - 16) v1 = within_row8(v1, -w1 - 8, in_w - w1 - 8);
                                if (w1 < -16 || w1 > in_w - 24) v2 = within_row8(v2, -w1 - 16, in_w - w1 - 16);
                                if (w1 < -19 || w1 > in_w - 27) v3 = within_row8(v3, -w1 - 19, in_w - w1 - 19);
                            }
                            state8 acc;
                            state8 t0;
                            t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t1;
                            t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t2;
                            t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 13, 14, 15, 0);
                            state8 t3;
                            t3.value = __builtin_shufflevector(v2.value, t1.value, 9, 10, 11, 12, 13, 14, 15, 1);
                            state8 t4;
                            t4.value = __builtin_shufflevector(v2.value, t0.value, 10, 11, 12, 13, 14, 15, 0, 2);
                            state8 t5;
                            t5.value = __builtin_shufflevector(v2.value, t1.value, 10, 11, 12, 13, 14, 15, 1, 3);
                            state8 t6;
                            t6.value = __builtin_shufflevector(v2.value, t0.value, 11, 12, 13, 14, 15, 0, 2, 4);
                            state8 t7;
                            t7.value = __builtin_shufflevector(v2.value, t1.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t8;
                            t8.value = __builtin_shufflevector(v1.value, v2.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t9;
                            t9.value = __builtin_shufflevector(v1.value, v2.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t10;
                            t10.value = __builtin_shufflevector(v3.value, t4.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t11;
                            t11.value = __builtin_shufflevector(v3.value, t3.value, 12, 13, 14, 15, 0, 2, 4, 6);
                            state8 t12;
                            t12.value = __builtin_shufflevector(v3.value, t4.value, 12, 13, 14, 15, 1, 3, 5, 7);
                            acc = t0;
                            acc = combine8(acc, t1);
                            acc = combine8(acc, t2);
                            acc = combine8(acc, t3);
                            acc = combine8(acc, t4);
                            acc = combine8(acc, t5);
                            acc = combine8(acc, t6);
                            acc = combine8(acc, t7);
                            acc = combine8(acc, t8);
                            acc = combine8(acc, t9);
                            acc = combine8(acc, t10);
                            acc = combine8(acc, t11);
                            acc = combine8(acc, t12);
                            const short8 finished = acc.value;
                            store8(to2 + c, finished);
                        }
                        {
                            state8 v0 = group3_0;
                            v0 = combine8(v0, group4_0);
                            v0 = combine8(v0, group5_0);
                            v0 = combine8(v0, group6_0);
                            state8 v1 = group3_1;
                            v1 = combine8(v1, group4_1);
                            v1 = combine8(v1, group5_1);
                            v1 = combine8(v1, group6_1);
                            state8 v2 = group3_2;
                            v2 = combine8(v2, group4_2);
                            v2 = combine8(v2, group5_2);
                            v2 = combine8(v2, group6_2);
                            state8 v3 = group3_3;
                            v3 = combine8(v3, group4_3);
                            v3 = combine8(v3, group5_3);
                            v3 = combine8(v3, group6_3);
                            if (w1 < 0 || w1 + 27 > in_w) {
                                if (w1 < -0 || w1 > in_w - 8) v0 = within_row8(v0, -w1 - 0, in_w - w1 - 0);
                                if (w1 < -8 || w1 > in_w - 16) v1 = within_row8(v1, -w1 - 8, in_w - w1 - 8);
                                if (w1 < -16 || w1 > in_w - 24) v2 = within_row8(v2, -w1 - 16, in_w - w1 - 16);
                                if (w1 < -19 || w1 > in_w - 27) v3 = within_row8(v3, -w1 - 19, in_w - w1 - 19);
                            }
                            state8 acc;
                            state8 t0;
                            t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t1;
                            t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t2;
                            t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 13, 14, 15, 0);
                            state8 t3;
                            t3.value = __builtin_shufflevector(v2.value, t1.value, 9, 10, 11, 12, 13, 14, 15, 1);
                            state8 t4;
                            t4.value = __builtin_shufflevector(v2.value, t0.value, 10, 11, 12, 13, 14, 15, 0, 2);
                            state8 t5;
                            t5.value = __builtin_shufflevector(v2.value, t1.value, 10, 11, 12, 13, 14, 15, 1, 3);
                            state8 t6;
                            t6.value = __builtin_shufflevector(v2.value, t0.value, 11, 12, 13, 14, 15, 0, 2, 4);
                            state8 t7;
                            t7.value = __builtin_shufflevector(v2.value, t1.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t8;
                            t8.value = __builtin_shufflevector(v1.value, v2.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t9;
                            t9.value = __builtin_shufflevector(v1.value, v2.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t10;
                            t10.value = __builtin_shufflevector(v3.value, t4.value, 11, 12, 13, 14, 15, 1, 3, 5);
                            state8 t11;
                            t11.value = __builtin_shufflevector(v3.value, t3.value, 12, 13, 14, 15, 0, 2, 4, 6);
                            state8 t12;
                            t12.value = __builtin_shufflevector(v3.value, t4.value, 12, 13, 14, 15, 1, 3, 5, 7);
                            acc = t0;
                            acc = combine8(acc, t1);
                            acc = combine8(acc, t2);
                            acc = combine8(acc, t3);
                            acc = combine8(acc, t4);
                            acc = combine8(acc, t5);
                            acc = combine8(acc, t6);
                            acc = combine8(acc, t7);
                            acc = combine8(acc, t8);
                            acc = combine8(acc, t9);
                            acc = combine8(acc, t10);
                            acc = combine8(acc, t11);
                            acc = combine8(acc, t12);
                            const short8 finished = acc.value;
                            store8(to3 + c, finished);
                        }
                    }
                    line += ((left % 4) ? left % 4 : 4) - 1;
                    continue;
                }
                const __global half *row_of[9];
                int inside = 0;
                for (int kh = 0; kh < 9; ++kh) {
                    const int h = h0 + kh * 1;
                    if (h < 0 || h >= (int)g.in_h) continue;
                    row_of[inside++] = plane + h * (int)g.x_h + w0;
                }
                for (int vector = 0; vector < columns; vector += 8) {
                    const int c = (vector < last_vector) ? vector : last_vector;
                    const int at = c * 2, w1 = w0 + at;
                    state8 acc = identity8();
                    if (inside > 0 && row_of[0] - plane + at >= readable && row_of[inside - 1] - plane + at + 27 <= readable_end) {
                        state8 v0 = tap8(load8(row_of[0] + at + 0));
                        state8 v1 = tap8(load8(row_of[0] + at + 8));
                        state8 v2 = tap8(load8(row_of[0] + at + 16));
                        state8 v3 = tap8(load8(row_of[0] + at + 19));
                        for (int number = 1; number < inside; ++number) {
                            v0 = combine8(v0, tap8(load8(row_of[number] + at + 0)));
                            v1 = combine8(v1, tap8(load8(row_of[number] + at + 8)));
                            v2 = combine8(v2, tap8(load8(row_of[number] + at + 16)));
                            v3 = combine8(v3, tap8(load8(row_of[number] + at + 19)));
                        }
                        if (w1 < -0 || w1 > in_w - 8) v0 = within_row8(v0, -w1 - 0, in_w - w1 - 0);
                        if (w1 < -8 || w1 > in_w - 16) v1 = within_row8(v1, -w1 - 8, in_w - w1 - 8);
                        if (w1 < -16 || w1 > in_w - 24) v2 = within_row8(v2, -w1 - 16, in_w - w1 - 16);
                        if (w1 < -19 || w1 > in_w - 27) v3 = within_row8(v3, -w1 - 19, in_w - w1 - 19);
                        state8 t0;
                        t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                        state8 t1;
                        t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                        state8 t2;
                        t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 13, 14, 15, 0);
                        state8 t3;
                        t3.value = __builtin_shufflevector(v2.value, t1.value, 9, 10, 11, 12, 13, 14, 15, 1);
                        state8 t4;
                        t4.value = __builtin_shufflevector(v2.value, t0.value, 10, 11, 12, 13, 14, 15, 0, 2);
                        state8 t5;
                        t5.value = __builtin_shufflevector(v2.value, t1.value, 10, 11, 12, 13, 14, 15, 1, 3);
                        state8 t6;
                        t6.value = __builtin_shufflevector(v2.value, t0.value, 11, 12, 13, 14, 15, 0, 2, 4);
                        state8 t7;
                        t7.value = __builtin_shufflevector(v2.value, t1.value, 11, 12, 13, 14, 15, 1, 3, 5);
                        state8 t8;
                        t8.value = __builtin_shufflevector(v1.value, v2.value, 0, 2, 4, 6, 8, 10, 12, 14);
                        state8 t9;
                        t9.value = __builtin_shufflevector(v1.value, v2.value, 1, 3, 5, 7, 9, 11, 13, 15);
                        state8 t10;
                        t10.value = __builtin_shufflevector(v3.value, t4.value, 11, 12, 13, 14, 15, 1, 3, 5);
                        state8 t11;
                        t11.value = __builtin_shufflevector(v3.value, t3.value, 12, 13, 14, 15, 0, 2, 4, 6);
                        state8 t12;
                        t12.value = __builtin_shufflevector(v3.value, t4.value, 12, 13, 14, 15, 1, 3, 5, 7);
                        acc = t0;
                        acc = combine8(acc, t1);
                        acc = combine8(acc, t2);
                        acc = combine8(acc, t3);
                        acc = combine8(acc, t4);
                        acc = combine8(acc, t5);
                        acc = combine8(acc, t6);
                        acc = combine8(acc, t7);
                        acc = combine8(acc, t8);
                        acc = combine8(acc, t9);
                        acc = combine8(acc, t10);
                        acc = combine8(acc, t11);
                        acc = combine8(acc, t12);
                    } else for (int number = 0; number < inside; ++number) {
                        const __global half *row = row_of[number] - w0;
                        short edge[32];
                        for (int in = 0; in < 32; in += 8) put8(edge + in, identity8().value);
                        int in = (w1 < 0) ? -w1 : 0;
                        const int end = (in_w - w1 < 27) ? in_w - w1 : 27;
                        for (; in + 8 <= end; in += 8) put8(edge + in, load8(row + w1 + in));
                        for (; in < end; ++in) edge[in] = load1(row + w1 + in);
                        state8 part = tap8(pick8(edge + 0));
                        part = combine8(part, tap8(pick8(edge + 1)));
                        part = combine8(part, tap8(pick8(edge + 2)));
                        part = combine8(part, tap8(pick8(edge + 3)));
                        part = combine8(part, tap8(pick8(edge + 4)));
                        part = combine8(part, tap8(pick8(edge + 5)));
                        part = combine8(part, tap8(pick8(edge + 6)));
                        part = combine8(part, tap8(pick8(edge + 7)));
                        part = combine8(part, tap8(pick8(edge + 8)));
                        part = combine8(part, tap8(pick8(edge + 9)));
                        part = combine8(part, tap8(pick8(edge + 10)));
                        part = combine8(part, tap8(pick8(edge + 11)));
                        part = combine8(part, tap8(pick8(edge + 12)));
                        acc = number ? combine8(acc, part) : part;
                    }
                    const short8 finished = acc.value;
                    if (columns >= 8) {
                        store8(to + c, finished);
                    } else {
                        short edge[8];
                        put8(edge, finished);
                        for (int lane = 0; lane < columns - c; ++lane) {
                            store1(to + c + lane, edge[lane]);
                        }
                    }
                }
            }
        }
    }
}
