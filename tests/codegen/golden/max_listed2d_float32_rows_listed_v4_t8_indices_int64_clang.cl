// clpool: max of float32, windows in lists, with indices of int64.
// Skeleton rows_listed, vectors of 4, tiles of 8 outputs, clang dialect.
// The rows of a line's windows are combined in vectors along it; transposed, vectors hold a column
// of every line of a batch, and each output joins its columns.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long index_offset; // first element of indices
    long origin; // flat index of the first element of x
    long outer0; // length of the outermost batch axis
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long list_offset; // first number of the lists
    long list_outer0; // stride of the outermost batch axis in the lists
    long list_outer1; // stride of the inner batch axis in the lists
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long flat_h; // h: stride in a flat index
    long list_h; // h: first bound in the lists
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
    long list_w; // w: first bound in the lists
} geometry;

// Vectors at any address.
typedef float float4_any __attribute__((ext_vector_type(4), aligned(4)));
typedef int int4_any __attribute__((ext_vector_type(4), aligned(4)));
typedef long long4_any __attribute__((ext_vector_type(4), aligned(8)));

// ---- Elements: from memory to accumulators, and back.

static void store1(__global float *to, const float value)
{
    *to = value;
}

static void store_index1(__global long *to, const int index)
{
    *to = (long)index;
}

static float4 load4(const __global float *from)
{
    return *(const __global float4_any *)from;
}

static void store4(__global float *to, const float4 value)
{
    *(__global float4_any *)to = value;
}

static void store_index4(__global long *to, const int4 index)
{
    *(__global long4_any *)to = __builtin_convertvector(index, long4);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    float4 value;
    int4 index;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = -INFINITY;
    none.index = -1;
    return none;
}

static state4 tap4(float4 value, int4 index)
{
    state4 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state4 combine_ordered4(state4 a, const state4 b)
{
    const int4 replaces = (b.value > a.value) | (b.value != b.value);
    a.index = replaces ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// ---- Private rows: reduced lines of a batch, and their transposition.

static float4 get4(const float *from) { return *(const __private float4_any *)from; }
static void put4(float *to, const float4 value) { *(__private float4_any *)to = value; }

static int4 get_index4(const int *from) { return *(const __private int4_any *)from; }
static void put_index4(int *to, const int4 value) { *(__private int4_any *)to = value; }

// Joins what was found among taps that alternate: the earlier in row-major order comes first, and
// what holds no tap (index -1) last.
static state4 merge4(state4 a, const state4 b)
{
    const int4 earlier = as_uint4(b.index) < as_uint4(a.index);
    const int4 replaces = (b.value > a.value) | (b.value != b.value);
    const int4 stays = (a.value > b.value) | (a.value != a.value);
    const int4 taken = earlier ? ~stays : replaces;
    a.value = taken ? b.value : a.value;
    a.index = taken ? b.index : a.index;
    return a;
}

typedef struct {
    float value[32];
    int index[32];
} state_row;

static state4 get_state4(const state_row *from, const int at)
{
    state4 found;
    found.value = get4(from->value + at);
    found.index = get_index4(from->index + at);
    return found;
}

static void put_state4(state_row *to, const int at, const state4 state)
{
    put4(to->value + at, state.value);
    put_index4(to->index + at, state.index);
}

static void transpose4(float *lines, const int stride)
{
    const float4 of0_0 = get4(lines);
    const float4 of0_1 = get4(lines + stride);
    const float4 of0_2 = get4(lines + stride * 2);
    const float4 of0_3 = get4(lines + stride * 3);
    const float4 of1_0 = __builtin_shufflevector(of0_0, of0_1, 0, 4, 2, 6);
    const float4 of1_1 = __builtin_shufflevector(of0_0, of0_1, 1, 5, 3, 7);
    const float4 of1_2 = __builtin_shufflevector(of0_2, of0_3, 0, 4, 2, 6);
    const float4 of1_3 = __builtin_shufflevector(of0_2, of0_3, 1, 5, 3, 7);
    const float4 of2_0 = __builtin_shufflevector(of1_0, of1_2, 0, 1, 4, 5);
    const float4 of2_1 = __builtin_shufflevector(of1_1, of1_3, 0, 1, 4, 5);
    const float4 of2_2 = __builtin_shufflevector(of1_0, of1_2, 2, 3, 6, 7);
    const float4 of2_3 = __builtin_shufflevector(of1_1, of1_3, 2, 3, 6, 7);
    put4(lines, of2_0);
    put4(lines + stride, of2_1);
    put4(lines + stride * 2, of2_2);
    put4(lines + stride * 3, of2_3);
}

static void transpose_index4(int *lines, const int stride)
{
    const int4 of0_0 = get_index4(lines);
    const int4 of0_1 = get_index4(lines + stride);
    const int4 of0_2 = get_index4(lines + stride * 2);
    const int4 of0_3 = get_index4(lines + stride * 3);
    const int4 of1_0 = __builtin_shufflevector(of0_0, of0_1, 0, 4, 2, 6);
    const int4 of1_1 = __builtin_shufflevector(of0_0, of0_1, 1, 5, 3, 7);
    const int4 of1_2 = __builtin_shufflevector(of0_2, of0_3, 0, 4, 2, 6);
    const int4 of1_3 = __builtin_shufflevector(of0_2, of0_3, 1, 5, 3, 7);
    const int4 of2_0 = __builtin_shufflevector(of1_0, of1_2, 0, 1, 4, 5);
    const int4 of2_1 = __builtin_shufflevector(of1_1, of1_3, 0, 1, 4, 5);
    const int4 of2_2 = __builtin_shufflevector(of1_0, of1_2, 2, 3, 6, 7);
    const int4 of2_3 = __builtin_shufflevector(of1_1, of1_3, 2, 3, 6, 7);
    put_index4(lines, of2_0);
    put_index4(lines + stride, of2_1);
    put_index4(lines + stride * 2, of2_2);
    put_index4(lines + stride * 3, of2_3);
}

// ---- The kernel.

static __attribute__((noinline)) void max_listed2d_float32_rows_listed_v4_t8_indices_int64_clang_item(
    const __global float *restrict x,
    const __global int *restrict list,
    __global float *restrict y,
    __global long *restrict indices,
    const geometry g,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
    const int in_w = g.in_w, out_w = g.out_w;
    const int4 steps = (int4)(0, 1, 2, 3);
    state_row kept __attribute__((aligned(64)));
    for (int lane = 0; lane < 4; ++lane) {
        for (int at = 0; at < 8 && at < in_w; at += 4) put_state4(&kept, lane * 8 + at, identity4());
    }
    const __global float *coming = x;
    long y_rows[4];
    float values[16] __attribute__((aligned(64))) = {0};
    int batch_indices[16] __attribute__((aligned(64))) = {0};
    for (long next = first, batch; next < last; next += batch) {
        uint outer = next / lines;
        const int first_line = next % lines;
        // Where the plane lies.
        const uint outer0 = outer / (uint)g.outer1;
        const uint outer1 = outer % (uint)g.outer1;
        const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
        const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
        const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
        // Up to 4 lines: of many planes, or of one where each has lists of its own.
        const long left = (g.list_outer0 || g.list_outer1) ? lines - first_line : last - next;
        batch = (last - next < left) ? last - next : left;
        batch = (batch < 4) ? batch : 4;
        for (int ow0 = 0; ow0 < out_w;) {
            // Columns `from` to `end` hold the windows of outputs ow0 to ow1.
            const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow0;
            const int w0 = bounds_w[0] - (int)g.pad_w;
            const int w1 = bounds_w[1] - (int)g.pad_w;
            const int from = (w0 < in_w - 4) ? w0 : in_w - 4;
            int end = w1, ow1 = (in_w <= 8) ? out_w - 1 : ow0 + 1;
            for (; ow1 < out_w; ++ow1) {
                const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow1;
                const int w0 = bounds_w[0] - (int)g.pad_w;
                const int w1 = bounds_w[1] - (int)g.pad_w;
                if (w1 - from > 8) break;
                end = w1;
            }
            const int last_vector = (end - from < 4) ? 0 : end - from - 4;
            outer = next / lines;
            int line = first_line;
            for (int lane = 0; lane < batch; line = 0, ++outer) {
                // Where the plane lies.
                const uint outer0 = outer / (uint)g.outer1;
                const uint outer1 = outer % (uint)g.outer1;
                const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
                const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
                const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
                const int stop = (lines - line < batch - lane) ? lane + (lines - line) : batch;
                for (; lane < stop; ++lane, ++line) {
                    const int oh = line;
                    const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
                    const int h0 = bounds_h[0] - (int)g.pad_h;
                    const int h1 = bounds_h[1] - (int)g.pad_h;
                    const long y_row = y_plane + oh * g.y_h;
                    y_rows[lane] = y_row;
                    for (int ow = ow0; ow < ow1; ow += 16) {
                        __builtin_prefetch((const void *)(ulong)(y + g.y_offset + y_row + ow), 1, 3);
                    }
                    for (int ow = ow0; ow < ow1; ow += 8) {
                        __builtin_prefetch((const void *)(ulong)(indices + g.index_offset + y_row + ow), 1, 3);
                    }
                    // Combines the rows of the windows of the line.
                    const int w = from;
                    const int first_row = (int)g.origin + h0 * (int)g.flat_h + w;
                    for (int column = 0; column < end - from; column += 8) {
                        const int at0 = (column < last_vector) ? column : last_vector;
                        state4 part0 = identity4();
                        part0.index = first_row;
                        const int at1 = (column + 4 < last_vector) ? column + 4 : last_vector;
                        state4 part1 = identity4();
                        part1.index = first_row;
                        for (int h = h0; h < h1; ++h) {
                            const __global float *row = plane + h * (int)g.x_h + w;
                            coming = row;
                            const int flat_row = (int)g.origin + h * (int)g.flat_h + w;
                            __builtin_prefetch((const void *)(ulong)(row + at0 + 1024), 0, 3);
                            __builtin_prefetch((const void *)(ulong)(((ulong)(row + at0) & -4096ul) + 8192 + ((ulong)(row + at0) % 4096 / 4)), 0, 3);
                            part0 = combine_ordered4(part0, tap4(load4(row + at0), flat_row));
                            part1 = combine_ordered4(part1, tap4(load4(row + at1), flat_row));
                        }
                        part0.index += steps + at0;
                        put_state4(&kept, lane * 8 + at0, part0);
                        part1.index += steps + at1;
                        put_state4(&kept, lane * 8 + at1, part1);
                    }
                }
            }
            // Columns of the batch become vectors.
            for (int column = 0; column < end - from; column += 4) {
                transpose4(kept.value + column, 8);
                transpose_index4(kept.index + column, 8);
            }
            for (; ow0 < ow1; ow0 += 4) {
                const int some = (ow1 - ow0 < 4) ? ow1 - ow0 : 4;
                // Joins the columns of the windows.
                for (int out = 0; out < some; ++out) {
                    const __global int *bounds_w = list + plane_list + g.list_w + 2 * (ow0 + out);
                    const int w0 = bounds_w[0] - (int)g.pad_w;
                    const int w1 = bounds_w[1] - (int)g.pad_w;
                    __builtin_prefetch((const void *)(ulong)(coming + 1024), 0, 3);
                    __builtin_prefetch((const void *)(ulong)(coming + 1040), 0, 3);
                    __builtin_prefetch((const void *)(ulong)(((ulong)(coming) & -4096ul) + 8192 + ((ulong)(coming) % 4096 / 4)), 0, 3);
                    coming += 32;
                    state4 acc = get_state4(&kept, ((w0 - from) & 3) * 8 + ((w0 - from) & -4));
                    for (int column = w0 - from + 1; column < w1 - from; ++column) {
                        acc = merge4(acc, get_state4(&kept, (column & 3) * 8 + (column & -4)));
                    }
                    put4(values + out * 4, acc.value);
                    put_index4(batch_indices + out * 4, acc.index);
                }
                // Outputs of the batch become lines again.
                transpose4(values, 4);
                transpose_index4(batch_indices, 4);
                for (int lane = 0; lane < batch; ++lane) {
                    __global float *to = y + g.y_offset + y_rows[lane] + ow0;
                    if (some == 4) store4(to, get4(values + lane * 4));
                    else for (int out = 0; out < some; ++out) store1(to + out, values[lane * 4 + out]);
                    __global long *index_to = indices + g.index_offset + y_rows[lane] + ow0;
                    if (some == 4) store_index4(index_to, get_index4(batch_indices + lane * 4));
                    else for (int out = 0; out < some; ++out) store_index1(index_to + out, batch_indices[lane * 4 + out]);
                }
            }
            ow0 = ow1;
        }
    }
}

#if __has_attribute(intel_vec_len_hint)
__attribute__((intel_vec_len_hint(1)))
#endif
__kernel void max_listed2d_float32_rows_listed_v4_t8_indices_int64_clang(
    const __global float *restrict x,
    const __global int *restrict list,
    __global float *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    max_listed2d_float32_rows_listed_v4_t8_indices_int64_clang_item(x, list, y, indices, g, get_global_id(0), get_global_size(0));
}
