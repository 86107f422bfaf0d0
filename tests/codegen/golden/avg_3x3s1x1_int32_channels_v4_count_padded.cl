// clpool: avg of int32, window 3x3, stride 1x1.
// Skeleton channels, vectors of 4, portable dialect.
// Windows are reduced tap by tap in vectors along the channels, which lie innermost.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long outer0; // length of the outermost batch axis
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long inner; // channels, the innermost axis; 1 if there is none
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long padded_end_h; // h: position behind the padding after x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
    long padded_end_w; // w: position behind the padding after x
    long x_w; // w: stride in x
    long y_w; // w: stride in y
} geometry;

// ---- Elements: from memory to accumulators, and back.

static ulong4 load4(const __global int *from)
{
    return as_ulong4(convert_long4(vload4(0, from)));
}

static void store4(__global int *to, const ulong4 value)
{
    vstore4(convert_int4(value), 0, to);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    ulong4 value;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = 0;
    return none;
}

static state4 tap4(ulong4 value)
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

static ulong4 finalize4(const state4 state, const ulong4 count)
{
    return (count == 0) ? 0 : (count == (ulong)-1) ? -state.value
        : as_ulong4(as_long4(state.value)
        / as_long4(((count == 0) | (count == (ulong)-1)) ? 1 : count));
}

// ---- Windows.

// How many taps of one axis lie before a position at this distance behind the first tap.
static int taps_before(const int distance, const int taps, const int dilation)
{
    const int count = (distance + dilation - 1) / dilation;
    return (distance <= 0) ? 0 : (count < taps) ? count : taps;
}

// ---- The kernel.

static void avg_3x3s1x1_int32_channels_v4_count_padded_item(
    const __global int *restrict x,
    __global int *restrict y,
    const geometry g,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
    for (long next = first; next < last;) {
        // The plane of line number next, and the lines of the band in it.
        const uint outer = next / lines;
        int line = next % lines;
        const int stop = (last - next < lines - line) ? line + (last - next) : lines;
        next += stop - line;
        // Where the plane lies.
        const uint outer0 = outer / (uint)g.outer1;
        const uint outer1 = outer % (uint)g.outer1;
        const __global int *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
        const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
        const __global int *base = plane;
        for (; line < stop; ++line) {
            const int oh = line;
            const int h0 = oh - (int)g.pad_h;
            const long y_row = y_plane + oh * g.y_h;
            for (int ow = 0; ow < g.out_w; ++ow) {
                const int w0 = ow - (int)g.pad_w;
                int channel = 0;
                // 8 vectors of channels at once.
                for (; channel + 32 <= g.inner; channel += 32) {
                    const __global int *plane = base + channel;
                    state4 acc0 = identity4();
                    state4 acc1 = identity4();
                    state4 acc2 = identity4();
                    state4 acc3 = identity4();
                    state4 acc4 = identity4();
                    state4 acc5 = identity4();
                    state4 acc6 = identity4();
                    state4 acc7 = identity4();
                    for (int kh = 0; kh < 3; ++kh) {
                        const int h = h0 + kh;
                        if (h < 0 || h >= (int)g.in_h) continue;
                        const __global int *row = plane + h * (int)g.x_h;
                        for (int kw = 0; kw < 3; ++kw) {
                            const int w = w0 + kw;
                            if (w < 0 || w >= (int)g.in_w) continue;
                            const __global int *pixel = row + w * (int)g.x_w;
                            acc0 = combine4(acc0, tap4(load4(pixel)));
                            acc1 = combine4(acc1, tap4(load4(pixel + 4)));
                            acc2 = combine4(acc2, tap4(load4(pixel + 8)));
                            acc3 = combine4(acc3, tap4(load4(pixel + 12)));
                            acc4 = combine4(acc4, tap4(load4(pixel + 16)));
                            acc5 = combine4(acc5, tap4(load4(pixel + 20)));
                            acc6 = combine4(acc6, tap4(load4(pixel + 24)));
                            acc7 = combine4(acc7, tap4(load4(pixel + 28)));
                        }
                    }
                    const ulong4 count = (ulong4)((ulong)taps_before((int)g.padded_end_h - h0, 3, 1) * (ulong)taps_before((int)g.padded_end_w - w0, 3, 1));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel, finalize4(acc0, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 4, finalize4(acc1, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 8, finalize4(acc2, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 12, finalize4(acc3, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 16, finalize4(acc4, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 20, finalize4(acc5, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 24, finalize4(acc6, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 28, finalize4(acc7, count));
                }
                // 4 vectors of channels at once.
                for (; channel + 16 <= g.inner; channel += 16) {
                    const __global int *plane = base + channel;
                    state4 acc0 = identity4();
                    state4 acc1 = identity4();
                    state4 acc2 = identity4();
                    state4 acc3 = identity4();
                    for (int kh = 0; kh < 3; ++kh) {
                        const int h = h0 + kh;
                        if (h < 0 || h >= (int)g.in_h) continue;
                        const __global int *row = plane + h * (int)g.x_h;
                        for (int kw = 0; kw < 3; ++kw) {
                            const int w = w0 + kw;
                            if (w < 0 || w >= (int)g.in_w) continue;
                            const __global int *pixel = row + w * (int)g.x_w;
                            acc0 = combine4(acc0, tap4(load4(pixel)));
                            acc1 = combine4(acc1, tap4(load4(pixel + 4)));
                            acc2 = combine4(acc2, tap4(load4(pixel + 8)));
                            acc3 = combine4(acc3, tap4(load4(pixel + 12)));
                        }
                    }
                    const ulong4 count = (ulong4)((ulong)taps_before((int)g.padded_end_h - h0, 3, 1) * (ulong)taps_before((int)g.padded_end_w - w0, 3, 1));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel, finalize4(acc0, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 4, finalize4(acc1, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 8, finalize4(acc2, count));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel + 12, finalize4(acc3, count));
                }
                // What is left of the channels.
                for (; channel < g.inner; channel += 4) {
                    if (channel + 4 > g.inner) channel = g.inner - 4;
                    const __global int *plane = base + channel;
                    // Reduces the window along each row, then across rows.
                    state4 acc = identity4();
                    for (int kh = 0; kh < 3; ++kh) {
                        const int h = h0 + kh;
                        if (h < 0 || h >= (int)g.in_h) continue;
                        const __global int *row = plane + h * (int)g.x_h;
                        state4 part = identity4();
                        for (int kw = 0; kw < 3; ++kw) {
                            const int w = w0 + kw;
                            if (w < 0 || w >= (int)g.in_w) continue;
                            part = combine4(part, tap4(load4(row + w * (int)g.x_w)));
                        }
                        acc = combine4(acc, part);
                    }
                    const ulong4 count = (ulong4)((ulong)taps_before((int)g.padded_end_h - h0, 3, 1) * (ulong)taps_before((int)g.padded_end_w - w0, 3, 1));
                    store4(y + g.y_offset + y_row + ow * g.y_w + channel, finalize4(acc, count));
                }
            }
        }
    }
}

__kernel void avg_3x3s1x1_int32_channels_v4_count_padded(
    const __global int *restrict x,
    __global int *restrict y,
    const geometry g)
{
    avg_3x3s1x1_int32_channels_v4_count_padded_item(x, y, g, get_global_id(0), get_global_size(0));
}
