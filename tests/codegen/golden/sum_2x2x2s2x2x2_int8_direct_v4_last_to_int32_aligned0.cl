// clpool: sum of int8 to int32, window 2x2x2, stride 2x2x2.
// Skeleton direct, vectors of 4, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long blocks; // blocks of outputs in all
    long blocks_c; // blocks of channels
    long factor_c; // factor that divides by blocks_c
    long shift_c; // shift of that
    long factor_outer; // factor that divides by outer1
    long shift_outer; // shift of that
    long in_d; // d: length in x
    long pad_d; // d: padding before x
    long x_d; // d: stride in x
    long y_d; // d: stride in y
    long blocks_d; // d: blocks of outputs
    long factor_d; // d: factor that divides by that number
    long shift_d; // d: shift of that
    long in_h; // h: length in x
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long blocks_h; // h: blocks of outputs
    long factor_h; // h: factor that divides by that number
    long shift_h; // h: shift of that
    long in_w; // w: length in x
    long pad_w; // w: padding before x
    long x_w; // w: stride in x
    long y_w; // w: stride in y
    long blocks_w; // w: blocks of outputs
    long factor_w; // w: factor that divides by that number
    long shift_w; // w: shift of that
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

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void sum_2x2x2s2x2x2_int8_direct_v4_last_to_int32_aligned0(
    const __global char *restrict x,
    __global int *restrict y,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint pixels = quotient(item, g.factor_c, g.shift_c);
    const int channel = ((int)(item - pixels * (uint)g.blocks_c)) * 4;
    const uint lines = quotient(pixels, g.factor_w, g.shift_w);
    const int ow = ((int)(pixels - lines * (uint)g.blocks_w));
    const uint slices = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - slices * (uint)g.blocks_h));
    const uint planes = quotient(slices, g.factor_d, g.shift_d);
    const int od = ((int)(slices - planes * (uint)g.blocks_d));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const long x_plane = g.x_offset + (long)outer0 * g.x_outer0 + (long)outer1 * g.x_outer1 + channel;
    const long y_plane = g.y_offset + (long)outer0 * g.y_outer0 + (long)outer1 * g.y_outer1 + channel;
    const int d0 = od * 2 - (int)g.pad_d;
    const int h0 = oh * 2 - (int)g.pad_h;
    const int w0 = ow * 2 - (int)g.pad_w;
    const long at = y_plane + od * g.y_d + oh * g.y_h + ow * g.y_w;
    // Reduces the window along each row, then across rows.
    state4 acc = identity4();
    for (int kd = 0; kd < 2; ++kd) {
        const int d = d0 + kd;
        if (d < 0 || d >= (int)g.in_d) continue;
        for (int kh = 0; kh < 2; ++kh) {
            const int h = h0 + kh;
            if (h < 0 || h >= (int)g.in_h) continue;
            const long row = x_plane + d * (int)g.x_d + h * (int)g.x_h;
            state4 part = identity4();
            for (int kw = 0; kw < 2; ++kw) {
                const int w = w0 + kw;
                if (w < 0 || w >= (int)g.in_w) continue;
                part = combine4(part, tap4(load4(x + row + w * (int)g.x_w)));
            }
            acc = combine4(acc, part);
    }}
    store4(y + at, acc.value);
}
