// clpool: max of float32, window 3x3, stride 2x2.
// Skeleton direct, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int pad_h; // h: padding before x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int pad_w; // w: padding before x
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static float load1(const __global float *from)
{
    return *from;
}

static void store1(__global float *to, const float value)
{
    *to = value;
}

// ---- States: what has been combined so far.

// A state.
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
    a.value = ((a.value != a.value) | (b.value != b.value)) ? a.value + b.value : (b.value > a.value) ? b.value : a.value;
    return a;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void max_3x3s2x2_float32_direct_v1_narrow(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int h0 = oh * 2 - (int)g.pad_h;
    const int w0 = ow * 2 - (int)g.pad_w;
    const int at = y_plane + oh * g.y_h + ow;
    // Reduces the window along each row, then across rows.
    state1 acc = identity1();
    for (int kh = 0; kh < 3; ++kh) {
        const int h = h0 + kh;
        if (h < 0 || h >= (int)g.in_h) continue;
        const int row = x_plane + h * (int)g.x_h;
        state1 part = identity1();
        for (int kw = 0; kw < 3; ++kw) {
            const int w = w0 + kw;
            if (w < 0 || w >= (int)g.in_w) continue;
            part = combine1(part, tap1(load1(x + row + w)));
        }
        acc = combine1(acc, part);
    }
    store1(y + at, acc.value);
}
