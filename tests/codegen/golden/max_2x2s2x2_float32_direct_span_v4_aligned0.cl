// clpool: max of float32, window 2x2, stride 2x2.
// Skeleton direct_span, vectors of 4, portable dialect.
// A work-item reduces the windows of neighbouring outputs of a row from one span of every input
// row, which it reads once.

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
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
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

// ---- The kernel.

__kernel void max_2x2s2x2_float32_direct_span_v4_aligned0(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    // The output of this item.
    const int ow = get_global_id(0) * 4;
    const int line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_h || outer >= g.outer0 * g.outer1) return;
    // Where the plane lies.
    const uint outer0 = outer / (uint)g.outer1;
    const uint outer1 = outer % (uint)g.outer1;
    const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
    const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
    const int oh = line;
    const int h0 = oh * 2 - (int)g.pad_h;
    const long y_row = y_plane + oh * g.y_h;
    const int w0 = ow * 2 - (int)g.pad_w;
    // One state per output.
    state1 acc[4];
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) acc[lane] = identity1();
    for (int kh = 0; kh < 2; ++kh) {
        const int h = h0 + kh;
        if (h < 0 || h >= (int)g.in_h) continue;
        const __global float *row = plane + h * (int)g.x_h;
        // The span of the row, the identity beside it.
        float span[8];
        // Rows are whole vectors, so each vector lies inside the row or outside of it.
        #pragma unroll
        for (int vector = 0; vector < 2; ++vector) {
            const int first = w0 + vector * 4;
            float4 elements = -INFINITY;
            if (first >= 0 && first < (int)g.in_w) elements = load4(row + first);
            span[vector * 4] = elements.s0;
            span[vector * 4 + 1] = elements.s1;
            span[vector * 4 + 2] = elements.s2;
            span[vector * 4 + 3] = elements.s3;
        }
        // Reduces the windows from the span.
        #pragma unroll
        for (int lane = 0; lane < 4; ++lane) {
            state1 part = identity1();
            #pragma unroll
            for (int kw = 0; kw < 2; ++kw) {
                const int tap = lane * 2 + kw;
                part = combine1(part, tap1(span[tap]));
            }
            acc[lane] = combine1(acc[lane], part);
        }
    }
    // Finalizes and stores the outputs.
    float result[4];
    #pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        result[lane] = acc[lane].value;
    }
    store4(y + g.y_offset + y_row + ow, (float4)(result[0], result[1], result[2], result[3]));
}
