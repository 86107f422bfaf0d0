// clpool: median of float32, window 3x3, stride 1x1.
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

static float4 load4(const __global float *from)
{
    return *(const __global float4 *)from;
}

static void store4(__global float *to, const float4 value)
{
    *(__global float4 *)to = value;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- Order.

// Puts two values in order, of which none is a NaN.
static void exchange4(float4 *a, float4 *b)
{
    const float4 first = *a;
    *a = fmin(first, *b);
    *b = fmax(first, *b);
}

// ---- The kernel.

__kernel void median_network_mean_3x3s1x1_float32_rank_outputs_1x4_v4_loads4_aligned1_flat_narrow(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    // The block of this item. The range is rounded up to whole groups.
    const uint item = get_global_id(0);
    if (item >= (uint)g.blocks) return;
    const uint lines = quotient(item, g.factor_w, g.shift_w);
    const int ow = ((int)(item - lines * (uint)g.blocks_w)) * 4;
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    // Where the windows of the block begin.
    const int h0 = oh - (int)g.pad_h;
    const int w0 = ow - (int)g.pad_w;
    // Their rows and columns: whether each lies in the plane.
    const int in_h0 = -((uint)h0 < (uint)g.in_h);
    const int at_h0 = in_h0 ? h0 * g.x_h : 0;
    const int in_h1 = -((uint)(h0 + 1) < (uint)g.in_h);
    const int at_h1 = in_h1 ? (h0 + 1) * g.x_h : 0;
    const int in_h2 = -((uint)(h0 + 2) < (uint)g.in_h);
    const int at_h2 = in_h2 ? (h0 + 2) * g.x_h : 0;
    const int in_c0 = -((uint)(w0 - 1) < (uint)g.in_w);
    const int at_c0 = in_c0 ? w0 - 1 : 0;
    const int in_c1 = -((uint)(w0 + 3) < (uint)g.in_w);
    const int at_c1 = in_c1 ? w0 + 3 : 0;
    const int in_w0 = -((uint)w0 < (uint)g.in_w);
    const int in_w1 = -((uint)(w0 + 1) < (uint)g.in_w);
    const int in_w2 = -((uint)(w0 + 2) < (uint)g.in_w);
    const int in_w3 = -((uint)(w0 + 3) < (uint)g.in_w);
    const int in_w4 = -((uint)(w0 + 4) < (uint)g.in_w);
    const int in_w5 = -((uint)(w0 + 5) < (uint)g.in_w);
    // Reads the rows.
    const int row0 = x_plane + at_h0;
    float4 x0_0 = load4(x + row0 + at_c0);
    float4 x0_1 = load4(x + row0 + at_c1);
    const int row1 = x_plane + at_h1;
    float4 x1_0 = load4(x + row1 + at_c0);
    float4 x1_1 = load4(x + row1 + at_c1);
    const int row2 = x_plane + at_h2;
    float4 x2_0 = load4(x + row2 + at_c0);
    float4 x2_1 = load4(x + row2 + at_c1);
    // The highest number beside the plane.
    x0_0 = (in_h0 & in_c0) ? x0_0 : (float4)(INFINITY);
    x0_1 = (in_h0 & in_c1) ? x0_1 : (float4)(INFINITY);
    x1_0 = (in_h1 & in_c0) ? x1_0 : (float4)(INFINITY);
    x1_1 = (in_h1 & in_c1) ? x1_1 : (float4)(INFINITY);
    x2_0 = (in_h2 & in_c0) ? x2_0 : (float4)(INFINITY);
    x2_1 = (in_h2 & in_c1) ? x2_1 : (float4)(INFINITY);
    // Every column in order.
    const int4 nan0_0_0 = (x0_0 != x0_0) | (x1_0 != x1_0) | (x2_0 != x2_0);
    float4 c0_0_0 = x0_0, c0_1_0 = x1_0, c0_2_0 = x2_0;
    exchange4(&c0_0_0, &c0_2_0);
    exchange4(&c0_0_0, &c0_1_0);
    exchange4(&c0_1_0, &c0_2_0);
    const int4 nan0_0_1 = (x0_1 != x0_1) | (x1_1 != x1_1) | (x2_1 != x2_1);
    float4 c0_0_1 = x0_1, c0_1_1 = x1_1, c0_2_1 = x2_1;
    exchange4(&c0_0_1, &c0_2_1);
    exchange4(&c0_0_1, &c0_1_1);
    exchange4(&c0_1_1, &c0_2_1);
    float4 value0_0;
    if (in_h0 & in_h2 & in_c0 & in_c1) {
        // The middle of all taps.
        {
            float4 k0 = (float4)(c0_0_0.s1, c0_0_0.s2, c0_0_0.s3, c0_0_1.s0);
            float4 k1 = (float4)(c0_0_0.s2, c0_0_0.s3, c0_0_1.s0, c0_0_1.s1);
            float4 k2 = (float4)(c0_0_0.s3, c0_0_1.s0, c0_0_1.s1, c0_0_1.s2);
            float4 k3 = (float4)(c0_1_0.s1, c0_1_0.s2, c0_1_0.s3, c0_1_1.s0);
            float4 k4 = (float4)(c0_1_0.s2, c0_1_0.s3, c0_1_1.s0, c0_1_1.s1);
            float4 k5 = (float4)(c0_1_0.s3, c0_1_1.s0, c0_1_1.s1, c0_1_1.s2);
            float4 k6 = (float4)(c0_2_0.s1, c0_2_0.s2, c0_2_0.s3, c0_2_1.s0);
            float4 k7 = (float4)(c0_2_0.s2, c0_2_0.s3, c0_2_1.s0, c0_2_1.s1);
            float4 k8 = (float4)(c0_2_0.s3, c0_2_1.s0, c0_2_1.s1, c0_2_1.s2);
            exchange4(&k0, &k2);
            exchange4(&k1, &k2);
            exchange4(&k3, &k5);
            exchange4(&k3, &k4);
            exchange4(&k4, &k5);
            exchange4(&k6, &k7);
            exchange4(&k6, &k8);
            exchange4(&k2, &k6);
            exchange4(&k2, &k4);
            exchange4(&k4, &k6);
            value0_0 = (fabs((k4 + 0.0f)) + fabs((k4 + 0.0f)) > 1) ? (k4 + 0.0f) / 2 + (k4 + 0.0f) / 2 : ((k4 + 0.0f) + (k4 + 0.0f)) / 2;
        }
    } else {
        // The middle of as many taps as lie in the plane: all others are above it.
        {
            float4 k0 = (float4)(c0_0_0.s1, c0_0_0.s2, c0_0_0.s3, c0_0_1.s0);
            float4 k1 = (float4)(c0_0_0.s2, c0_0_0.s3, c0_0_1.s0, c0_0_1.s1);
            float4 k2 = (float4)(c0_0_0.s3, c0_0_1.s0, c0_0_1.s1, c0_0_1.s2);
            float4 k3 = (float4)(c0_1_0.s1, c0_1_0.s2, c0_1_0.s3, c0_1_1.s0);
            float4 k4 = (float4)(c0_1_0.s2, c0_1_0.s3, c0_1_1.s0, c0_1_1.s1);
            float4 k5 = (float4)(c0_1_0.s3, c0_1_1.s0, c0_1_1.s1, c0_1_1.s2);
            float4 k6 = (float4)(c0_2_0.s1, c0_2_0.s2, c0_2_0.s3, c0_2_1.s0);
            float4 k7 = (float4)(c0_2_0.s2, c0_2_0.s3, c0_2_1.s0, c0_2_1.s1);
            float4 k8 = (float4)(c0_2_0.s3, c0_2_1.s0, c0_2_1.s1, c0_2_1.s2);
            exchange4(&k0, &k2);
            exchange4(&k0, &k1);
            exchange4(&k1, &k2);
            exchange4(&k3, &k5);
            exchange4(&k3, &k4);
            exchange4(&k4, &k5);
            exchange4(&k6, &k7);
            exchange4(&k6, &k8);
            exchange4(&k0, &k4);
            exchange4(&k1, &k6);
            exchange4(&k0, &k2);
            exchange4(&k1, &k3);
            exchange4(&k2, &k4);
            exchange4(&k3, &k6);
            exchange4(&k0, &k1);
            exchange4(&k2, &k3);
            exchange4(&k4, &k6);
            exchange4(&k1, &k4);
            exchange4(&k1, &k2);
            exchange4(&k3, &k4);
            const int4 count = (int4)(in_h0 + in_h1 + in_h2) * ((int4)(in_w0, in_w1, in_w2, in_w3) + (int4)(in_w1, in_w2, in_w3, in_w4) + (int4)(in_w2, in_w3, in_w4, in_w5));
            float4 middle0 = (float4)(NAN);
            middle0 = (count >= (int4)(1)) ? k0 : middle0;
            middle0 = (count >= (int4)(3)) ? k1 : middle0;
            middle0 = (count >= (int4)(6)) ? k2 : middle0;
            middle0 = (count >= (int4)(9)) ? k4 : middle0;
            float4 middle1 = (float4)(NAN);
            middle1 = (count >= (int4)(1)) ? k0 : middle1;
            middle1 = (count >= (int4)(2)) ? k1 : middle1;
            middle1 = (count >= (int4)(4)) ? k2 : middle1;
            middle1 = (count >= (int4)(6)) ? k3 : middle1;
            middle1 = (count >= (int4)(9)) ? k4 : middle1;
            value0_0 = (fabs((middle0 + 0.0f)) + fabs((middle1 + 0.0f)) > 1) ? (middle0 + 0.0f) / 2 + (middle1 + 0.0f) / 2 : ((middle0 + 0.0f) + (middle1 + 0.0f)) / 2;
        }
    }
    // A window with a NaN has no middle.
    value0_0 = ((int4)(nan0_0_0.s1, nan0_0_0.s2, nan0_0_0.s3, nan0_0_1.s0) | (int4)(nan0_0_0.s2, nan0_0_0.s3, nan0_0_1.s0, nan0_0_1.s1) | (int4)(nan0_0_0.s3, nan0_0_1.s0, nan0_0_1.s1, nan0_0_1.s2)) ? (float4)(NAN) : value0_0;
    // The outputs.
    {
        const int at = y_plane + oh * g.y_h + ow;
        store4(y + at, value0_0);
    }
}
