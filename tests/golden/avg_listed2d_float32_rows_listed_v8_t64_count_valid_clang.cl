// clpool: avg, listed windows, float32

// Sizes, pitches and offsets in elements; they change from call to call, the kernel does not.
typedef struct {
    long x_offset, y_offset, index_offset, origin, divisor, outer0, x_outer0, y_outer0, outer1, x_outer1, y_outer1, inner, chosen_shift, result_shift, largest_shift, mean_shift, total_shift, own_offset, power, list_offset, list_outer0, list_outer1, in_d, out_d, pad_d, limit_d, x_d, y_d, flat_d, list_d, count_d, step_d, in_h, out_h, pad_h, limit_h, x_h, y_h, flat_h, list_h, count_h, step_h, in_w, out_w, pad_w, limit_w, x_w, y_w, flat_w, list_w, count_w, step_w;
} geometry;

// Vectors at any address.
typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));

static float decode1(const float raw)
{
    return raw;
}

static float load1(const __global float *from)
{
    return decode1(*(from));
}

static void store1(__global float *to, const float value)
{
    const float stored = value;
    *(to) = stored;
}

static float get1(const float *from) { return *(from); }
static void put1(float *to, const float value) { *(to) = value; }

// What has been combined so far, 1 lane(s) at a time.
typedef struct {
    float value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

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

// Joins what was found among taps that alternate: the earlier in row-major order comes first, and
// what holds no tap (index -1) last.
static state1 merge1(const state1 a, const state1 b)
{
    return combine1(a, b);
}

static float finish1(const state1 total, const float count)
{
    return total.value / count;
}

static float8 decode8(const float8 raw)
{
    return raw;
}

static float8 load8(const __global float *from)
{
    return decode8(*(const __global float8_any *)(from));
}

static void store8(__global float *to, const float8 value)
{
    const float8 stored = value;
    *(__global float8_any *)(to) = stored;
}

static float8 get8(const float *from) { return *(const __private float8_any *)(from); }
static void put8(float *to, const float8 value) { *(__private float8_any *)(to) = value; }

// What has been combined so far, 8 lane(s) at a time.
typedef struct {
    float8 value;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = 0;
    return none;
}

static state8 tap8(float8 value)
{
    state8 one;
    one.value = value;
    return one;
}

static state8 combine8(state8 a, const state8 b)
{
    a.value = a.value + b.value;
    return a;
}

// Joins what was found among taps that alternate: the earlier in row-major order comes first, and
// what holds no tap (index -1) last.
static state8 merge8(const state8 a, const state8 b)
{
    return combine8(a, b);
}

static float8 finish8(const state8 total, const float8 count)
{
    return total.value / count;
}

typedef struct {
    float value[512];
} state_row;

static state8 get_state8(const state_row *from, const int at)
{
    state8 found;
    found.value = get8(from->value + at);
    return found;
}

static void put_state8(state_row *to, const int at, const state8 state)
{
    put8(to->value + at, state.value);
}

static void transpose8(float *lines, const int pitch)
{
    const float8 of0_0 = get8(lines + 0 * pitch);
    const float8 of0_1 = get8(lines + 1 * pitch);
    const float8 of0_2 = get8(lines + 2 * pitch);
    const float8 of0_3 = get8(lines + 3 * pitch);
    const float8 of0_4 = get8(lines + 4 * pitch);
    const float8 of0_5 = get8(lines + 5 * pitch);
    const float8 of0_6 = get8(lines + 6 * pitch);
    const float8 of0_7 = get8(lines + 7 * pitch);
    const float8 of1_0 = __builtin_shufflevector(of0_0, of0_1, 0, 8, 2, 10, 4, 12, 6, 14);
    const float8 of1_1 = __builtin_shufflevector(of0_0, of0_1, 1, 9, 3, 11, 5, 13, 7, 15);
    const float8 of1_2 = __builtin_shufflevector(of0_2, of0_3, 0, 8, 2, 10, 4, 12, 6, 14);
    const float8 of1_3 = __builtin_shufflevector(of0_2, of0_3, 1, 9, 3, 11, 5, 13, 7, 15);
    const float8 of1_4 = __builtin_shufflevector(of0_4, of0_5, 0, 8, 2, 10, 4, 12, 6, 14);
    const float8 of1_5 = __builtin_shufflevector(of0_4, of0_5, 1, 9, 3, 11, 5, 13, 7, 15);
    const float8 of1_6 = __builtin_shufflevector(of0_6, of0_7, 0, 8, 2, 10, 4, 12, 6, 14);
    const float8 of1_7 = __builtin_shufflevector(of0_6, of0_7, 1, 9, 3, 11, 5, 13, 7, 15);
    const float8 of2_0 = __builtin_shufflevector(of1_0, of1_2, 0, 1, 8, 9, 4, 5, 12, 13);
    const float8 of2_1 = __builtin_shufflevector(of1_1, of1_3, 0, 1, 8, 9, 4, 5, 12, 13);
    const float8 of2_2 = __builtin_shufflevector(of1_0, of1_2, 2, 3, 10, 11, 6, 7, 14, 15);
    const float8 of2_3 = __builtin_shufflevector(of1_1, of1_3, 2, 3, 10, 11, 6, 7, 14, 15);
    const float8 of2_4 = __builtin_shufflevector(of1_4, of1_6, 0, 1, 8, 9, 4, 5, 12, 13);
    const float8 of2_5 = __builtin_shufflevector(of1_5, of1_7, 0, 1, 8, 9, 4, 5, 12, 13);
    const float8 of2_6 = __builtin_shufflevector(of1_4, of1_6, 2, 3, 10, 11, 6, 7, 14, 15);
    const float8 of2_7 = __builtin_shufflevector(of1_5, of1_7, 2, 3, 10, 11, 6, 7, 14, 15);
    const float8 of3_0 = __builtin_shufflevector(of2_0, of2_4, 0, 1, 2, 3, 8, 9, 10, 11);
    const float8 of3_1 = __builtin_shufflevector(of2_1, of2_5, 0, 1, 2, 3, 8, 9, 10, 11);
    const float8 of3_2 = __builtin_shufflevector(of2_2, of2_6, 0, 1, 2, 3, 8, 9, 10, 11);
    const float8 of3_3 = __builtin_shufflevector(of2_3, of2_7, 0, 1, 2, 3, 8, 9, 10, 11);
    const float8 of3_4 = __builtin_shufflevector(of2_0, of2_4, 4, 5, 6, 7, 12, 13, 14, 15);
    const float8 of3_5 = __builtin_shufflevector(of2_1, of2_5, 4, 5, 6, 7, 12, 13, 14, 15);
    const float8 of3_6 = __builtin_shufflevector(of2_2, of2_6, 4, 5, 6, 7, 12, 13, 14, 15);
    const float8 of3_7 = __builtin_shufflevector(of2_3, of2_7, 4, 5, 6, 7, 12, 13, 14, 15);
    put8(lines + 0 * pitch, of3_0);
    put8(lines + 1 * pitch, of3_1);
    put8(lines + 2 * pitch, of3_2);
    put8(lines + 3 * pitch, of3_3);
    put8(lines + 4 * pitch, of3_4);
    put8(lines + 5 * pitch, of3_5);
    put8(lines + 6 * pitch, of3_6);
    put8(lines + 7 * pitch, of3_7);
}

__kernel void avg_listed2d_float32_rows_listed_v8_t64_count_valid_clang(
    const __global float *restrict x,
    const __global int *restrict list,
    __global float *restrict y,
    const geometry g)
{
    const int lines = g.out_d * g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * get_global_id(0) / get_global_size(0);
    const long last = all * (get_global_id(0) + 1) / get_global_size(0);
    const int in_w = g.in_w, out_w = g.out_w;
    state_row kept;
    long y_rows[8];
    float values[64];
    float counts[8];
    for (int lane = 0; lane < 8; ++lane) counts[lane] = 1;
    for (long next = first, batch; next < last; next += batch) {
        uint outer = next / lines;
        const int first_line = next % lines;
        const uint outer0 = outer / (uint)g.outer1;
        const uint outer1 = outer % (uint)g.outer1;
        const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
        const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
        const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
        // Up to 8 lines: of many planes, or of one where each has lists of its own.
        const long left = (g.list_outer0 || g.list_outer1) ? lines - first_line : last - next;
        batch = (last - next < left) ? last - next : left;
        batch = (batch < 8) ? batch : 8;
        for (int ow0 = 0; ow0 < out_w;) {
            // Columns `from` to `end` hold the windows of outputs ow0 to ow1.
            const __global int *bounds_w = list + plane_list + g.list_w + 2 * (ow0);
            const int w0 = bounds_w[0] - (int)g.pad_w;
            const int w1 = bounds_w[1] - (int)g.pad_w;
            const int from = (w0 < in_w - 8) ? w0 : in_w - 8;
            int end = w1, ow1 = (in_w <= 64) ? out_w - 1 : ow0 + 1;
            for (; ow1 < out_w; ++ow1) {
                const __global int *bounds_w = list + plane_list + g.list_w + 2 * (ow1);
                const int w0 = bounds_w[0] - (int)g.pad_w;
                const int w1 = bounds_w[1] - (int)g.pad_w;
                if (w1 - from > 64) break;
                end = w1;
            }
            const int last_vector = (end - from < 8) ? 0 : end - from - 8;
            outer = next / lines;
            int line = first_line;
            for (int lane = 0; lane < batch; ++lane, ++line) {
                outer += line == lines;
                line = (line == lines) ? 0 : line;
                const uint outer0 = outer / (uint)g.outer1;
                const uint outer1 = outer % (uint)g.outer1;
                const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
                const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
                const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
                const int oh = line;
                const __global int *bounds_h = list + plane_list + g.list_h + 2 * (oh);
                const int h0 = bounds_h[0] - (int)g.pad_h;
                const int h1 = bounds_h[1] - (int)g.pad_h;
                const long y_row = y_plane + oh * g.y_h;
                y_rows[lane] = y_row;
                counts[lane] = (float)(h1 - h0);
                for (int column = 0; column < end - from; column += 64) {
                    const int at0 = (column + 0 < last_vector) ? column + 0 : last_vector;
                    state8 part0 = identity8();
                    const int at1 = (column + 8 < last_vector) ? column + 8 : last_vector;
                    state8 part1 = identity8();
                    const int at2 = (column + 16 < last_vector) ? column + 16 : last_vector;
                    state8 part2 = identity8();
                    const int at3 = (column + 24 < last_vector) ? column + 24 : last_vector;
                    state8 part3 = identity8();
                    const int at4 = (column + 32 < last_vector) ? column + 32 : last_vector;
                    state8 part4 = identity8();
                    const int at5 = (column + 40 < last_vector) ? column + 40 : last_vector;
                    state8 part5 = identity8();
                    const int at6 = (column + 48 < last_vector) ? column + 48 : last_vector;
                    state8 part6 = identity8();
                    const int at7 = (column + 56 < last_vector) ? column + 56 : last_vector;
                    state8 part7 = identity8();
                    for (int h = h0; h < h1; ++h) {
                        const int w = from;
                        const __global float *row = plane + h * (int)g.x_h + w;
                        part0 = combine8(part0, tap8(load8(row + at0)));
                        part1 = combine8(part1, tap8(load8(row + at1)));
                        part2 = combine8(part2, tap8(load8(row + at2)));
                        part3 = combine8(part3, tap8(load8(row + at3)));
                        part4 = combine8(part4, tap8(load8(row + at4)));
                        part5 = combine8(part5, tap8(load8(row + at5)));
                        part6 = combine8(part6, tap8(load8(row + at6)));
                        part7 = combine8(part7, tap8(load8(row + at7)));
                    }
                    put_state8(&kept, lane * 64 + at0, part0);
                    put_state8(&kept, lane * 64 + at1, part1);
                    put_state8(&kept, lane * 64 + at2, part2);
                    put_state8(&kept, lane * 64 + at3, part3);
                    put_state8(&kept, lane * 64 + at4, part4);
                    put_state8(&kept, lane * 64 + at5, part5);
                    put_state8(&kept, lane * 64 + at6, part6);
                    put_state8(&kept, lane * 64 + at7, part7);
                }
            }
            for (int column = 0; column < end - from; column += 8) {
                transpose8(kept.value + column, 64);
            }
            for (; ow0 < ow1; ow0 += 8) {
                const int some = (ow1 - ow0 < 8) ? ow1 - ow0 : 8;
                for (int out = 0; out < some; ++out) {
                    const __global int *bounds_w = list + plane_list + g.list_w + 2 * (ow0 + out);
                    const int w0 = bounds_w[0] - (int)g.pad_w;
                    const int w1 = bounds_w[1] - (int)g.pad_w;
                    state8 acc = identity8();
                    for (int column = w0 - from; column < w1 - from; ++column) {
                        acc = merge8(acc, get_state8(&kept, (column & 7) * 64 + (column & -8)));
                    }
                    const float8 count = get8(counts) * (float)(w1 - w0);
                    put8(values + out * 8, finish8(acc, count));
                }
                transpose8(values, 8);
                for (int lane = 0; lane < batch; ++lane) {
                    __global float *to = y + g.y_offset + y_rows[lane] + ow0;
                    if (some == 8) store8(to, get8(values + lane * 8));
                    else for (int out = 0; out < some; ++out) store1(to + out, values[lane * 8 + out]);
                }
            }
            ow0 = ow1;
        }
    }
}
