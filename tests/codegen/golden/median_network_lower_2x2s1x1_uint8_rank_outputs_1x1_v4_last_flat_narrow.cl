// clpool: median of uint8, window 2x2, stride 1x1.
// Skeleton rank_outputs, vectors of 4, portable dialect.
// A work-item reads every row of the windows of its block of outputs, puts the columns in order
// that the windows share, then selects the middle of each window.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int inner; // channels, the innermost axis; 1 if there is none
    int blocks; // blocks of outputs in all
    int blocks_c; // blocks of channels
    int factor_c; // factor that divides by blocks_c
    int shift_c; // shift of that
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
    int x_w; // w: stride in x
    int y_w; // w: stride in y
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static int4 load4(const __global uchar *from)
{
    return convert_int4(vload4(0, from));
}

static void store4(__global uchar *to, const int4 value)
{
    vstore4(convert_uchar4(value), 0, to);
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Order.

// Puts two values in order, of which none is a NaN.
static void exchange4(int4 *a, int4 *b)
{
    const int4 first = *a;
    *a = min(first, *b);
    *b = max(first, *b);
}

// ---- The kernel.

__kernel void median_network_lower_2x2s1x1_uint8_rank_outputs_1x1_v4_last_flat_narrow(
    const __global uchar *restrict x,
    __global uchar *restrict y,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint pixels = quotient(item, g.factor_c, g.shift_c);
    const int first = ((int)(item - pixels * (uint)g.blocks_c)) * 4;
    // The last vector overlaps the one before.
    const int channel = min(first, (int)g.inner - 4);
    const uint lines = quotient(pixels, g.factor_w, g.shift_w);
    const int ow = ((int)(pixels - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1 + channel;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1 + channel;
    // Where the windows of the block begin.
    const int h0 = oh - (int)g.pad_h;
    const int w0 = ow - (int)g.pad_w;
    // Their rows and columns: whether each lies in the plane.
    const int in_h0 = -((uint)h0 < (uint)g.in_h);
    const int at_h0 = in_h0 ? h0 * g.x_h : 0;
    const int in_h1 = -((uint)(h0 + 1) < (uint)g.in_h);
    const int at_h1 = in_h1 ? (h0 + 1) * g.x_h : 0;
    const int in_w0 = -((uint)w0 < (uint)g.in_w);
    const int at_w0 = in_w0 ? w0 * g.x_w : 0;
    const int in_w1 = -((uint)(w0 + 1) < (uint)g.in_w);
    const int at_w1 = in_w1 ? (w0 + 1) * g.x_w : 0;
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    int4 x0_0 = load4(x + row0 + at_w0);
    int4 x0_1 = load4(x + row0 + at_w1);
    const int row1 = x_plane + at_h1;
    int4 x1_0 = load4(x + row1 + at_w0);
    int4 x1_1 = load4(x + row1 + at_w1);
    // The highest number beside the plane.
    x0_0 = (in_h0 & in_w0) ? x0_0 : (int4)(UCHAR_MAX);
    x0_1 = (in_h0 & in_w1) ? x0_1 : (int4)(UCHAR_MAX);
    x1_0 = (in_h1 & in_w0) ? x1_0 : (int4)(UCHAR_MAX);
    x1_1 = (in_h1 & in_w1) ? x1_1 : (int4)(UCHAR_MAX);
    // Every column in order.
    int4 c0_0_0 = x0_0, c0_1_0 = x1_0;
    exchange4(&c0_0_0, &c0_1_0);
    int4 c0_0_1 = x0_1, c0_1_1 = x1_1;
    exchange4(&c0_0_1, &c0_1_1);
    int4 value0_0;
    if (in_h0 & in_h1 & in_w0 & in_w1) {
        // The middle of all taps.
        {
            int4 k0 = c0_0_0;
            int4 k1 = c0_0_1;
            int4 k2 = c0_1_0;
            int4 k3 = c0_1_1;
            exchange4(&k0, &k1);
            exchange4(&k2, &k3);
            exchange4(&k1, &k2);
            value0_0 = k1;
        }
    } else {
        // The middle of as many taps as lie in the plane: all others are above it.
        {
            int4 k0 = c0_0_0;
            int4 k1 = c0_0_1;
            int4 k2 = c0_1_0;
            int4 k3 = c0_1_1;
            exchange4(&k0, &k1);
            exchange4(&k2, &k3);
            exchange4(&k0, &k2);
            exchange4(&k0, &k1);
            exchange4(&k1, &k2);
            const int4 count = (int4)(in_h0 + in_h1) * ((int4)(in_w0) + (int4)(in_w1));
            int4 middle0 = (int4)(0);
            middle0 = (count >= (int4)(1)) ? k0 : middle0;
            middle0 = (count >= (int4)(4)) ? k1 : middle0;
            value0_0 = middle0;
        }
    }
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        store4(y + at, value0_0);
    }
}
