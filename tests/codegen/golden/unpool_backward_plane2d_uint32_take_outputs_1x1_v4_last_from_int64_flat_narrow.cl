// clpool: unpool_backward of uint32, whole planes, reads indices of int64.
// Skeleton take_outputs, vectors of 4, portable dialect.
// A work-item reads the indices of its block of outputs, then moves the elements that they name.

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
    int output_aligned_offset; // first element of the input that lies as y does
    int blocks; // blocks of outputs in all
    int blocks_c; // blocks of channels
    int factor_c; // factor that divides by blocks_c
    int shift_c; // shift of that
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int x_w; // w: stride in x
    int y_w; // w: stride in y
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static void store4(__global uint *to, const uint4 value)
{
    vstore4(value, 0, to);
}

static int4 load_index4(const __global long *from)
{
    const __global int2 *words = (const __global int2 *)from;
    const int2 words0 = words[0];
    const int2 words1 = words[1];
    const int2 words2 = words[2];
    const int2 words3 = words[3];
    const int4 index = (int4)(words0.s0, words1.s0, words2.s0, words3.s0);
    // One that does not fit becomes one that no tap has.
    return ((int4)(words0.s1, words1.s1, words2.s1, words3.s1) == index >> 31) ? index : (int4)(INT_MIN);
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void unpool_backward_plane2d_uint32_take_outputs_1x1_v4_last_from_int64_flat_narrow(
    const __global uint *restrict x,
    const __global long *restrict indices,
    __global uint *restrict y,
    const geometry g,
    __global int *refused)
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
    const int size = (int)g.in_h * (int)g.in_w;
    const int x_even = g.x_h == g.in_w * g.x_w;
    // Where the outputs lie; those beside the result read the first one's index.
    const int at0 = y_plane + oh * g.y_h + ow * g.y_w;
    // Their indices.
    const int4 index0 = load_index4(indices + (g.output_aligned_offset - g.y_offset) + at0);
    int refuses = 0;
    const int outside0_0 = (uint)(index0.s0) >= (uint)size;
    int from0_0 = outside0_0 ? 0 : (int)index0.s0;
    refuses |= outside0_0;
    const int outside0_1 = (uint)(index0.s1) >= (uint)size;
    int from0_1 = outside0_1 ? 0 : (int)index0.s1;
    refuses |= outside0_1;
    const int outside0_2 = (uint)(index0.s2) >= (uint)size;
    int from0_2 = outside0_2 ? 0 : (int)index0.s2;
    refuses |= outside0_2;
    const int outside0_3 = (uint)(index0.s3) >= (uint)size;
    int from0_3 = outside0_3 ? 0 : (int)index0.s3;
    refuses |= outside0_3;
    if (refuses) *refused = 1;
    // The elements.
    if (x_even) {
        from0_0 *= g.x_w;
        from0_1 *= g.x_w;
        from0_2 *= g.x_w;
        from0_3 *= g.x_w;
    } else {
        from0_0 = (int)from0_0 / (int)g.in_w % (int)g.in_h * (int)g.x_h + (int)from0_0 % (int)g.in_w * (int)g.x_w;
        from0_1 = (int)from0_1 / (int)g.in_w % (int)g.in_h * (int)g.x_h + (int)from0_1 % (int)g.in_w * (int)g.x_w;
        from0_2 = (int)from0_2 / (int)g.in_w % (int)g.in_h * (int)g.x_h + (int)from0_2 % (int)g.in_w * (int)g.x_w;
        from0_3 = (int)from0_3 / (int)g.in_w % (int)g.in_h * (int)g.x_h + (int)from0_3 % (int)g.in_w * (int)g.x_w;
    }
    const uint value0_0 = x[x_plane + from0_0];
    const uint value0_1 = x[x_plane + 1 + from0_1];
    const uint value0_2 = x[x_plane + 2 + from0_2];
    const uint value0_3 = x[x_plane + 3 + from0_3];
    store4(y + at0, (uint4)(value0_0, value0_1, value0_2, value0_3));
}
