// clpool: avg pooling, window 2x2, stride 2x2, dilation 1x1, float64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

// Sizes, pitches and offsets in elements; they change from call to call, the kernel does not.
typedef struct {
    long x_offset, y_offset, index_offset, origin, divisor, outer0, x_outer0, y_outer0, outer1, x_outer1, y_outer1, inner, bands, chosen_shift, result_shift, largest_shift, mean_shift, total_shift, own_offset, power, list_offset, list_outer0, list_outer1, in_d, out_d, pad_d, limit_d, x_d, y_d, flat_d, list_d, count_d, step_d, in_h, out_h, pad_h, limit_h, x_h, y_h, flat_h, list_h, count_h, step_h, in_w, out_w, pad_w, limit_w, x_w, y_w, flat_w, list_w, count_w, step_w;
} geometry;

static double load1(const __global double *from)
{
    const double value = *(from);
    return value;
}

static void store1(__global double *to, const double value)
{
    const double stored = value;
    *(to) = stored;
}

static double get1(const double *from) { return *(from); }
static void put1(double *to, const double value) { *(to) = value; }

static double every1(const double *from)
{
    return get1(from);
}

// What has been combined so far, 1 lane(s) at a time.
typedef struct {
    double value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

static state1 tap1(double value)
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

static double finish1(const state1 total, const double count)
{
    return total.value / count;
}

static double4 load4(const __global double *from)
{
    const double4 value = vload4(0, from);
    return value;
}

static void store4(__global double *to, const double4 value)
{
    const double4 stored = value;
    vstore4(stored, 0, to);
}

static double4 get4(const double *from) { return vload4(0, from); }
static void put4(double *to, const double4 value) { vstore4(value, 0, to); }

static double4 every4(const double *from)
{
    return (double4)((from)[0], (from)[2], (from)[4], (from)[6]);
}

// What has been combined so far, 4 lane(s) at a time.
typedef struct {
    double4 value;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = 0;
    return none;
}

static state4 tap4(double4 value)
{
    state4 one;
    one.value = value;
    return one;
}

static state4 combine4(state4 a, const state4 b)
{
    a.value = a.value + b.value;
    return a;
}

static double4 finish4(const state4 total, const double4 count)
{
    return total.value / count;
}

__kernel void avg_2x2s2x2_float64_rows_v4_t256(
    const __global double *restrict x,
    __global double *restrict y,
    const geometry g)
{
    const int lines = g.out_d * g.out_h;
    const uint outer = get_global_id(0) / (uint)g.bands;
    const int band = get_global_id(0) % (uint)g.bands;
    const int first_line = band * lines / (int)g.bands;
    const int last_line = (band + 1) * lines / (int)g.bands;
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global double *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    double buffer[518];
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 256) {
        const int w0 = (ow0) * 2 - (int)g.pad_w;
        const int columns = (g.out_w - ow0 < 256) ? g.out_w - ow0 : 256;
        const int span = (columns + 3) / 4 * 8 + 2;
        const int begin = (w0 >= 0) ? 0 : (-w0 < span) ? -w0 : span;
        const int end = (g.in_w - w0 < span) ? g.in_w - w0 : span;
        for (int line = first_line; line < last_line; ++line) {
            const int oh = line;
            const int h0 = (oh) * 2 - (int)g.pad_h;
            const long y_row = y_plane + oh * g.y_h;
            const double line_count = g.divisor;
            for (int c = 0; c < span; c += 4) put4(buffer + c, identity4().value);
            for (int kh = 0; kh < 2; ++kh) {
                const int h = h0 + kh * 1;
                if (h < 0 || h >= (int)g.in_h) continue;
                const __global double *row = plane + h * (int)g.x_h + w0;
                int c = begin;
                for (; c + 4 <= end; c += 4)
                    put4(buffer + c, combine4(tap4(get4(buffer + c)), tap4(load4(row + c))).value);
                for (; c < end; ++c)
                    buffer[c] = combine1(tap1(buffer[c]), tap1(load1(row + c))).value;
            }
            for (int c = 0; c < columns; c += 4) {
                const double *taps = buffer + c * 2;
                state4 acc = tap4(every4(taps));
                for (int kw = 1; kw < 2; ++kw)
                    acc = combine4(acc, tap4(every4(taps + kw * 1)));
                const double4 count = line_count;
                const double4 finished = finish4(acc, count);
                const long at = y_row + ow0 + c;
                if (c + 4 <= columns) {
                    store4(y + g.y_offset + at, finished);
                } else {
                    double last[4];
                    put4(last, finished);
                    for (int lane = 0; lane < columns - c; ++lane) store1(y + g.y_offset + at + lane, last[lane]);
                }
            }
        }
    }
}
