// clpool: unpool of uint16, whole planes, reads indices of int64.
// Skeleton scatter_group, 4096 outputs per work-group, portable dialect.
// A work-group looks through the indices of a plane for those in its segment, keeps the last
// element for each place in local memory, and writes its segment.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int indices_shift; // from an element of x to that of indices
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int in_h; // h: length in x
    int out_h; // h: length in y
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int in_w; // w: length in x
    int out_w; // w: length in y
    int x_w; // w: stride in x
    int y_w; // w: stride in y
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static int load_index1(const __global long *from)
{
    const __global int2 *words = (const __global int2 *)from;
    const int2 words0 = words[0];
    const int index = words0.s0;
    // One that does not fit becomes one that no tap has.
    return (words0.s1 == index >> 31) ? index : (int)INT_MIN;
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void unpool_plane2d_uint16_scatter_group_v1_t4096_from_int64_flat_narrow(
    const __global ushort *restrict x,
    const __global long *restrict indices,
    __global ushort *restrict y,
    const geometry g,
    __global int *refused)
{
    const uint member = get_local_id(0), members = get_local_size(0);
    const uint item = get_global_id(0), segment = item / members;
    const uint plane = quotient(segment, g.factor_w, g.shift_w);
    const int first = ((int)(segment - plane * (uint)g.blocks_w)) * 4096;
    // Where its plane lies.
    const uint outer0 = quotient(plane, g.factor_outer, g.shift_outer);
    const uint outer1 = plane - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int size = (int)g.out_h * (int)g.out_w;
    const int count = (int)g.in_h * (int)g.in_w;
    const int length = min(size - first, 4096);
    const int x_even = g.x_h == g.in_w * g.x_w;
    const int y_even = g.y_h == g.out_w * g.y_w;
    __local int last[4096];
    for (int at = member; at < length; at += members) last[at] = -1;
    barrier(CLK_LOCAL_MEM_FENCE);
    // The last element for each place of the segment.
    for (int element = member; element < count; element += members) {
        const int from = x_plane + (x_even ? (int)element * g.x_w : element / (int)g.in_w % (int)g.in_h * (int)g.x_h + element % (int)g.in_w * (int)g.x_w);
        const int index = load_index1(indices + g.indices_shift + from);
        if ((uint)(index) >= (uint)size) {
            *refused = 1;
        } else {
            const int at = index - first;
            if (at >= 0 && at < length) atomic_max(&last[at], element);
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int at = member; at < length; at += members) {
        const int element = last[at], place = first + at;
        ushort value = 0;
        if (element >= 0) value = x[x_plane + (x_even ? (int)element * g.x_w : element / (int)g.in_w % (int)g.in_h * (int)g.x_h + element % (int)g.in_w * (int)g.x_w)];
        y[y_plane + (y_even ? (int)place * g.y_w : place / (int)g.out_w % (int)g.out_h * (int)g.y_h + place % (int)g.out_w * (int)g.y_w)] = value;
    }
}
