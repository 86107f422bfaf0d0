// The largest of a column: y[c] = max of x[r * width + c] over the rows.
__kernel void largest(
    const __global float *restrict x, __global float *restrict y, const int rows, const int width)
{
    const int column = get_global_id(0);
    if (column >= width) return;
    float best = -INFINITY;
    #pragma unroll 1
    for (int row = 0; row < rows; ++row) best = fmax(best, x[row * width + column]);
    y[column] = best;
}
