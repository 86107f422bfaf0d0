// clpool: select_backward of float32, windows in lists, reads indices of int64.
// Skeleton direct, portable dialect.
// A work-item reduces the window of one output, or of one vector of channels, tap by tap.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int origin; // flat index of the first element of x
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int indices_shift; // from an element of x to that of indices
    int list_offset; // first number of the lists
    int list_outer0; // stride of the outermost batch axis in the lists
    int list_outer1; // stride of the inner batch axis in the lists
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int pad_h; // h: padding before x
    int begin_h; // h: position of the first output
    int x_h; // h: stride in x
    int y_h; // h: stride in y
    int flat_h; // h: stride in a flat index
    int list_h; // h: first bound in the lists
    int count_h; // h: first counted number in the lists
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int pad_w; // w: padding before x
    int begin_w; // w: position of the first output
    int x_w; // w: stride in x
    int flat_w; // w: stride in a flat index
    int list_w; // w: first bound in the lists
    int count_w; // w: first counted number in the lists
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

static int load_index1(const __global long *from)
{
    const __global int2 *words = (const __global int2 *)from;
    const int2 words0 = words[0];
    const int index = words0.s0;
    // One that does not fit becomes one that no tap has.
    return (words0.s1 == index >> 31) ? index : (int)INT_MIN;
}

// Whether the windows of these taps selected the element `here`.
static int selects1(const __global long *from, const int here)
{
    const int same = load_index1(from) == here;
    return same;
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    float value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

static state1 tap1(float value)
{
    state1 one;
    one.value = value;
    return one;
}

static float map1(const float tap, const int selected)
{
    return selected ? tap : 0;
}

static state1 combine1(state1 a, const state1 b)
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

// ---- Indices: whether they are taps of their own windows.

// The lesser of two distances, of which one is a step less, or less than nothing and so more than any.
static uint nearer1(const uint behind, const uint step)
{
    const uint next = behind - step;
    return (next < behind) ? next : behind;
}

// Whether indices are taps: what is left of their distances from the first one, whole rows taken off.
static int leads1(const int index, const int first, const int far_w, const int far_h, const uint step_h)
{
    uint behind = (uint)index - (uint)first;
    for (int tap = 1; tap <= far_h; tap += 1) behind = nearer1(behind, step_h);
    return behind <= (uint)far_w;
}

// ---- The kernel.

__kernel void select_backward_listed2d_float32_direct_v1_from_int64_narrow(
    const __global float *restrict x,
    const __global long *restrict indices,
    const __global int *restrict list,
    __global float *restrict y,
    const geometry g,
    __global int *refused)
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
    const int plane_list = g.list_offset + (int)outer0 * g.list_outer0 + (int)outer1 * g.list_outer1;
    const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
    const int h0 = bounds_h[0] - (int)g.pad_h;
    const int h1 = bounds_h[1] - (int)g.pad_h;
    const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
    const int w0 = bounds_w[0] - (int)g.pad_w;
    const int w1 = bounds_w[1] - (int)g.pad_w;
    const int at = y_plane + oh * g.y_h + ow;
    const int here = (int)g.origin + oh * (int)g.flat_h + ow * (int)g.flat_w;
    // Reduces the window along each row, then across rows.
    state1 acc = identity1();
    for (int h = h0; h < h1; ++h) {
        const int row = x_plane + h * (int)g.x_h;
        state1 part = identity1();
        for (int w = w0; w < w1; ++w) {
            part = combine1(part, tap1(map1(load1(x + row + w), selects1(indices + g.indices_shift + row + w, here))));
        }
        acc = combine1(acc, part);
    }
    store1(y + at, acc.value);
    {
        int right1 = -1;
        for (int h = (oh == (int)g.begin_h) ? h0 : bounds_h[-1] - (int)g.pad_h; h < h1; ++h) {
            const __global int *own_h = list + g.list_offset + g.count_h + 2 * h;
            const int first_h = own_h[0] + (int)g.begin_h;
            const int far_h = own_h[1] - own_h[0] - 1;
            for (int w = (ow == (int)g.begin_w) ? w0 : bounds_w[-1] - (int)g.pad_w; w < w1; ++w) {
                const __global int *own_w = list + g.list_offset + g.count_w + 2 * w;
                const int first_w = own_w[0] + (int)g.begin_w;
                const int far_w = own_w[1] - own_w[0] - 1;
                const int index = load_index1(indices + g.indices_shift + x_plane + h * g.x_h + g.x_w * w);
                right1 &= leads1(index, (int)((int)g.origin + first_w + first_h * (int)g.flat_h), (int)far_w, far_h, g.flat_h);
        }}
        if ((!right1)) *refused = 1;
    }
}
