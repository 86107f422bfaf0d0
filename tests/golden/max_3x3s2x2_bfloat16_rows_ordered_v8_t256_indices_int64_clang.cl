// clpool: max pooling, window 3x3, stride 2x2, dilation 1x1, bfloat16

// Sizes, pitches and offsets in elements; they change from call to call, the kernel does not.
typedef struct {
    long x_offset, y_offset, index_offset, origin, divisor, outer0, x_outer0, y_outer0, outer1, x_outer1, y_outer1, inner, bands, chosen_shift, result_shift, largest_shift, mean_shift, total_shift, own_offset, power, list_offset, list_outer0, list_outer1, in_d, out_d, pad_d, limit_d, x_d, y_d, flat_d, list_d, count_d, step_d, in_h, out_h, pad_h, limit_h, x_h, y_h, flat_h, list_h, count_h, step_h, in_w, out_w, pad_w, limit_w, x_w, y_w, flat_w, list_w, count_w, step_w;
} geometry;

// Vectors at any address.
typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef long long8_any __attribute__((ext_vector_type(8), aligned(8)));
typedef ushort ushort8_any __attribute__((ext_vector_type(8), aligned(2)));

static float load1(const __global ushort *from)
{
    const uint bits = (uint)(*((const __global ushort *)from));
    const float value = as_float(bits << 16);
    return (float)(value);
}

static void store1(__global ushort *to, const float value)
{
    const uint bits = as_uint(value);
    // To nearest, ties to even; a NaN stays one.
    const uint rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const uint stored = ((bits & 0x7fffffff) > 0x7f800000) ? 0x7fc0 : rounded;
    const ushort narrow = (ushort)(stored);
    *((__global ushort *)to) = narrow;
}

static void store_index1(__global long *to, const int index)
{
    const long stored = (long)(index);
    *(to) = stored;
}

static float get1(const float *from) { return *(from); }
static void put1(float *to, const float value) { *(to) = value; }

static int get_index1(const int *from) { return *(from); }
static void put_index1(int *to, const int value) { *(to) = value; }

static float every1(const float *from)
{
    return get1(from);
}

// What has been combined so far, 1 lane(s) at a time.
typedef struct {
    float value;
    int index;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = -INFINITY;
    none.index = -1;
    return none;
}

static state1 tap1(float value, int index)
{
    state1 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order; only an a without any tap (index -1) yields to its equal.
static state1 combine1(state1 a, const state1 b)
{
    const int wins = (b.value > a.value) | (b.value != b.value);
    const int taken = wins | (a.index < 0);
    a.index = taken ? b.index : a.index;
    a.value = wins ? b.value : a.value;
    return a;
}

static float8 load8(const __global ushort *from)
{
    const uint8 bits = __builtin_convertvector(*(const __global ushort8_any *)((const __global ushort *)from), uint8);
    const float8 value = as_float8(bits << 16);
    return __builtin_convertvector(value, float8);
}

static void store8(__global ushort *to, const float8 value)
{
    const uint8 bits = as_uint8(value);
    // To nearest, ties to even; a NaN stays one.
    const uint8 rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const uint8 stored = ((bits & 0x7fffffff) > 0x7f800000) ? 0x7fc0 : rounded;
    const ushort8 narrow = __builtin_convertvector(stored, ushort8);
    *(__global ushort8_any *)((__global ushort *)to) = narrow;
}

static void store_index8(__global long *to, const int8 index)
{
    const long8 stored = __builtin_convertvector(index, long8);
    *(__global long8_any *)(to) = stored;
}

static float8 get8(const float *from) { return *(const __private float8_any *)(from); }
static void put8(float *to, const float8 value) { *(__private float8_any *)(to) = value; }

static int8 get_index8(const int *from) { return *(const __private int8_any *)(from); }
static void put_index8(int *to, const int8 value) { *(__private int8_any *)(to) = value; }

static float8 every8(const float *from)
{
    return __builtin_shufflevector(*(const __private float8_any *)(from), *(const __private float8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14);
}

// What has been combined so far, 8 lane(s) at a time.
typedef struct {
    float8 value;
    int8 index;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = -INFINITY;
    none.index = -1;
    return none;
}

static state8 tap8(float8 value, int8 index)
{
    state8 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order; only an a without any tap (index -1) yields to its equal.
static state8 combine8(state8 a, const state8 b)
{
    const int8 wins = (b.value > a.value) | (b.value != b.value);
    const int8 taken = wins | (a.index < 0);
    a.index = taken ? b.index : a.index;
    a.value = wins ? b.value : a.value;
    return a;
}

__kernel void max_3x3s2x2_bfloat16_rows_ordered_v8_t256_indices_int64_clang(
    const __global ushort *restrict x,
    __global ushort *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    const int lines = g.out_d * g.out_h;
    const uint outer = get_global_id(0) / (uint)g.bands;
    const int band = get_global_id(0) % (uint)g.bands;
    const int first_line = band * lines / (int)g.bands;
    const int last_line = (band + 1) * lines / (int)g.bands;
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global ushort *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    float buffer[523];
    float best[256];
    int where[256];
    const int8 steps = (int8)(0, 2, 4, 6, 8, 10, 12, 14);
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 256) {
        const int w0 = (ow0) * 2 - (int)g.pad_w;
        const int columns = (g.out_w - ow0 < 256) ? g.out_w - ow0 : 256;
        const int span = (columns + 7) / 8 * 16 + 3;
        const int begin = (w0 >= 0) ? 0 : (-w0 < span) ? -w0 : span;
        const int end = (g.in_w - w0 < span) ? g.in_w - w0 : span;
        // Only the columns inside the input are written again: the rest stays padding.
        for (int c = 0; c < span; c += 8) put8(buffer + c, identity8().value);
        for (int line = first_line; line < last_line; ++line) {
            const int oh = line;
            const int h0 = (oh) * 2 - (int)g.pad_h;
            const long y_row = y_plane + oh * g.y_h;
            for (int c = 0; c < columns; c += 8) {
                put8(best + c, identity8().value);
                put_index8(where + c, identity8().index);
            }
            for (int kh = 0; kh < 3; ++kh) {
                const int h = h0 + kh * 1;
                if (h < 0 || h >= (int)g.in_h) continue;
                const __global ushort *row = plane + h * (int)g.x_h + w0;
                int in = begin;
                for (; in + 8 <= end; in += 8) put8(buffer + in, load8(row + in));
                for (; in < end; ++in) buffer[in] = load1(row + in);
                const int w = 0;
                const int flat_row = (int)g.origin + h * (int)g.flat_h + w;
                for (int c = 0; c < columns; c += 8) {
                    state8 acc = identity8();
                    for (int kw = 0; kw < 3; ++kw) {
                        const int tap = c * 2 + kw * 1;
                        const int8 column = steps + (w0 + tap);
                        const int8 inside = (column >= 0) & (column < (int)g.in_w);
                        const int8 flat = inside ? column + flat_row : -1;
                        acc = combine8(acc, tap8(every8(buffer + tap), flat));
                    }
                    acc = combine8(tap8(get8(best + c), get_index8(where + c)), acc);
                    put8(best + c, acc.value);
                    put_index8(where + c, acc.index);
                }
            }
            for (int c = 0; c < columns; c += 8) {
                const state8 acc = tap8(get8(best + c), get_index8(where + c));
                const float8 finished = acc.value;
                const long at = y_row + ow0 + c;
                if (c + 8 <= columns) {
                    store8(y + g.y_offset + at, finished);
                    store_index8(indices + g.index_offset + at, acc.index);
                } else {
                    float last[8];
                    put8(last, finished);
                    for (int lane = 0; lane < columns - c; ++lane) store1(y + g.y_offset + at + lane, last[lane]);
                    int last_index[8];
                    put_index8(last_index, acc.index);
                    for (int lane = 0; lane < columns - c; ++lane)
                        store_index1(indices + g.index_offset + at + lane, last_index[lane]);
                }
            }
        }
    }
}
