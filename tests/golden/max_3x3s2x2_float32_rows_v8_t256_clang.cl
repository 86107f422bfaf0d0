// clpool: max pooling, window 3x3, stride 2x2, dilation 1x1, float32

// Sizes, pitches and offsets in elements; they change from call to call, the kernel does not.
typedef struct {
    long x_offset, y_offset, index_offset, origin, divisor, outer0, x_outer0, y_outer0, outer1, x_outer1, y_outer1, inner, bands, chosen_shift, result_shift, largest_shift, mean_shift, total_shift, own_offset, power, list_offset, list_outer0, list_outer1, in_d, out_d, pad_d, limit_d, x_d, y_d, flat_d, list_d, count_d, step_d, in_h, out_h, pad_h, limit_h, x_h, y_h, flat_h, list_h, count_h, step_h, in_w, out_w, pad_w, limit_w, x_w, y_w, flat_w, list_w, count_w, step_w;
} geometry;

// Vectors at any address.
typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));

static float load1(const __global float *from)
{
    const float value = *(from);
    return value;
}

static void store1(__global float *to, const float value)
{
    const float stored = value;
    *(to) = stored;
}

static float get1(const float *from) { return *(from); }
static void put1(float *to, const float value) { *(to) = value; }

static float every1(const float *from)
{
    return get1(from);
}

// What has been combined so far, 1 lane(s) at a time.
typedef struct {
    float value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = -INFINITY;
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
    const int wins = (b.value > a.value) | (b.value != b.value);
    a.value = wins ? b.value : a.value;
    return a;
}

static float8 load8(const __global float *from)
{
    const float8 value = *(const __global float8_any *)(from);
    return value;
}

static void store8(__global float *to, const float8 value)
{
    const float8 stored = value;
    *(__global float8_any *)(to) = stored;
}

static float8 get8(const float *from) { return *(const __private float8_any *)(from); }
static void put8(float *to, const float8 value) { *(__private float8_any *)(to) = value; }

static float8 every8(const float *from)
{
    return __builtin_shufflevector(*(const __private float8_any *)(from), *(const __private float8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14);
}

// What has been combined so far, 8 lane(s) at a time.
typedef struct {
    float8 value;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = -INFINITY;
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
    const int8 wins = (b.value > a.value) | (b.value != b.value);
    a.value = wins ? b.value : a.value;
    return a;
}

__kernel void max_3x3s2x2_float32_rows_v8_t256_clang(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    const int lines = g.out_d * g.out_h;
    const uint outer = get_global_id(0) / (uint)g.bands;
    const int band = get_global_id(0) % (uint)g.bands;
    const int first_line = band * lines / (int)g.bands;
    const int last_line = (band + 1) * lines / (int)g.bands;
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    float buffer[523];
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 256) {
        const int w0 = (ow0) * 2 - (int)g.pad_w;
        const int columns = (g.out_w - ow0 < 256) ? g.out_w - ow0 : 256;
        const int span = (columns + 7) / 8 * 16 + 3;
        const int begin = (w0 >= 0) ? 0 : (-w0 < span) ? -w0 : span;
        const int end = (g.in_w - w0 < span) ? g.in_w - w0 : span;
        for (int line = first_line; line < last_line; ++line) {
            const int oh = line;
            const int h0 = (oh) * 2 - (int)g.pad_h;
            const long y_row = y_plane + oh * g.y_h;
            for (int c = 0; c < span; c += 8) put8(buffer + c, identity8().value);
            for (int kh = 0; kh < 3; ++kh) {
                const int h = h0 + kh * 1;
                if (h < 0 || h >= (int)g.in_h) continue;
                const __global float *row = plane + h * (int)g.x_h + w0;
                int c = begin;
                for (; c + 8 <= end; c += 8)
                    put8(buffer + c, combine8(tap8(get8(buffer + c)), tap8(load8(row + c))).value);
                for (; c < end; ++c)
                    buffer[c] = combine1(tap1(buffer[c]), tap1(load1(row + c))).value;
            }
            for (int c = 0; c < columns; c += 8) {
                const float *taps = buffer + c * 2;
                state8 acc = tap8(every8(taps));
                for (int kw = 1; kw < 3; ++kw)
                    acc = combine8(acc, tap8(every8(taps + kw * 1)));
                const float8 finished = acc.value;
                const long at = y_row + ow0 + c;
                if (c + 8 <= columns) {
                    store8(y + g.y_offset + at, finished);
                } else {
                    float last[8];
                    put8(last, finished);
                    for (int lane = 0; lane < columns - c; ++lane) store1(y + g.y_offset + at + lane, last[lane]);
                }
            }
        }
    }
}
