// clpool: sum of int8 to int32, window 2x2x2, stride 2x2x2.
// Skeleton direct, vectors of 4, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

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
    long in_d; // d: length in x
    long out_d; // d: length in y
    long pad_d; // d: padding before x
    long x_d; // d: stride in x
    long y_d; // d: stride in y
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
    long x_w; // w: stride in x
    long y_w; // w: stride in y
} geometry;

// ---- Elements: from memory to accumulators, and back.

static ulong4 load4(const __global char *from)
{
    return as_ulong4(convert_long4(*(const __global char4 *)from));
}

static void store4(__global int *to, const ulong4 value)
{
    *(__global int4 *)to = convert_int4(value);
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

// ---- The kernel.

__kernel void sum_2x2x2s2x2x2_int8_direct_v4_last_to_int32_aligned0(
    const __global char *restrict x,
    __global int *restrict y,
    const geometry g)
{
    const uint vectors = (uint)g.inner / 4;
    // The output of this item.
    const int ow = get_global_id(0) / vectors;
    const int line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_d * g.out_h || outer >= g.outer0 * g.outer1) return;
    const int channel = (get_global_id(0) % vectors) * 4;
    // Where the plane lies.
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global char *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    plane += channel;
    const int od = line / (int)g.out_h;
    const int oh = line % (int)g.out_h;
    const int d0 = od * 2 - (int)g.pad_d;
    const int h0 = oh * 2 - (int)g.pad_h;
    const long y_row = y_plane + od * g.y_d + oh * g.y_h;
    const int w0 = ow * 2 - (int)g.pad_w;
    // Reduces the window along each row, then across rows.
    state4 acc = identity4();
    for (int kd = 0; kd < 2; ++kd) {
        const int d = d0 + kd;
        if (d < 0 || d >= (int)g.in_d) continue;
        for (int kh = 0; kh < 2; ++kh) {
            const int h = h0 + kh;
            if (h < 0 || h >= (int)g.in_h) continue;
            const __global char *row = plane + d * (int)g.x_d + h * (int)g.x_h;
            state4 part = identity4();
            for (int kw = 0; kw < 2; ++kw) {
                const int w = w0 + kw;
                if (w < 0 || w >= (int)g.in_w) continue;
                part = combine4(part, tap4(load4(row + w * (int)g.x_w)));
            }
            acc = combine4(acc, part);
    }}
    store4(y + g.y_offset + y_row + ow * g.y_w + channel, acc.value);
}
