"""Calls as text, one or two of every family of operators: few kernels, each built once."""

from __future__ import annotations

X1, X2, X3 = "float32[2, 3, 23]", "float32[2, 3, 9, 14]", "float32[2, 3, 6, 7, 8]"
G1, G2 = "float32[2, 3, 9]", "float32[2, 3, 5, 12]"
S1, S2 = "(2, 3, 23)", "(2, 3, 9, 14)"
#: Windows of kernel, stride, padding, dilation and ceil_mode; the first two give G1 and G2.
W1, W2 = "4, 3, 2, 1, True", "(3, 2), (2, 1), (1, 0), (1, 2)"
N1, N2 = (
    "kernel_size=4, stride=3, padding=2, ceil_mode=True",
    "kernel_size=(3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)",
)
LAST = "data_format='channels_last'"

FORWARD: dict[str, list[str]] = {
    "selecting": [
        f"max_pool1d({X1}, {W1})",
        f"min_pool2d(int8[2, 3, 9, 14], {W2}, return_indices=True, index_dtype='int32')",
        f"max_pool2d(float16[2, 11, 9, 14].order(0, 2, 3, 1), {W2}, nan='ignore')",
        f"max_pool3d({X3}, 2, 2, return_indices=True)",
    ],
    "summing": [
        f"avg_pool1d({X1}, {N1})",
        f"avg_pool2d(int32[2, 3, 9, 14], {N2}, count_include_pad=False)",
        f"avg_pool2d(float16[2, 9, 14, 11], 3, {LAST})",
        f"sum_pool2d({X2}, {N2})",
        f"pool({X2}, (2, 2), 'avg', 1, 3, 2, divisor_override=-3)",
    ],
    "adaptive": [
        f"adaptive_max_pool2d({X2}, (4, None), True)",
        f"adaptive_avg_pool1d({X1}, 30)",
        f"global_avg_pool({X3})",
    ],
    "fractional": [
        f"fractional_max_pool2d({X2}, 2, (4, 5), None, True, float32[2, 3, 2])",
        "fractional_avg_pool2d(float32[2, 9, 14, 11], 2, (4, 5), data_format='channels_last')",
        f"fractional_avg_pool2d({X2}, sequences=((0, 1, 4, 9), (0, 7, 14)), overlapping=True)",
    ],
    "norms": [
        f"lp_pool1d({X1}, 3, {N1})",
        f"lp_pool2d({X2}, 2.5, {N2}, signed=False)",
        f"lp_pool2d({X2}, -inf, {N2})",
        f"global_lp_pool({X2})",
    ],
    "soft": [f"soft_pool2d({X2}, {W2})"],
    "share": [f"stochastic_pool2d({X2}, {W2}, training=False, clamp=True)"],
    "draw": [f"stochastic_pool1d({X1}, {W1}, True)"],
    "median": [f"median_pool2d({X2}, {W2}, False, True)", f"median_pool1d({X1}, 4, average=True)"],
    "frequent": [f"mode_pool1d(int32[2, 3, 23], {W1}, True)"],
    "unpool": [
        f"max_unpool2d({X2}, int64[2, 3, 9, 14], 2)",
        f"max_unpool1d({X1}, int32[2, 3, 23], 2, output_size=(45,))",
    ],
}

GRADIENTS: dict[str, list[str]] = {
    "selected": [
        f"max_pool1d_backward({G1}, int32[2, 3, 9], {S1}, {W1})",
        "max_pool1d_backward(float32[2, 3, 1], int64[2, 3, 1], (2, 3, 1), 2, 1, 1, 2)",
        f"adaptive_min_pool2d_backward(float32[2, 3, 4, 5], int64[2, 3, 4, 5], {S2})",
        f"fractional_max_pool2d_backward(float32[2, 3, 4, 5], int64[2, 3, 4, 5], {S2}, 2)",
        f"median_pool2d_backward({G2}, int64[2, 3, 5, 12], {S2}, {W2})",
        f"stochastic_pool1d_backward({G1}, int64[2, 3, 9], {S1}, {W1})",
    ],
    "spread": [
        f"avg_pool1d_backward({G1}, {S1}, {N1})",
        f"avg_pool2d_backward({G2}, {S2}, {N2}, count_include_pad=False)",
        f"sum_pool2d_backward({G2}, {S2}, {N2})",
        f"adaptive_avg_pool1d_backward(float32[2, 3, 30], {S1})",
        "fractional_avg_pool2d_backward(float32[2, 4, 5, 11], (2, 9, 14, 11), 2, "
        "data_format='channels_last')",
        "fractional_avg_pool2d_backward(float32[2, 3, 3, 2], (2, 3, 9, 14), "
        "sequences=((0, 1, 4, 9), (0, 7, 14)))",
    ],
    "norm gradients": [
        f"lp_pool1d_backward({G1}, {X1}, {G1}, 3, {N1})",
        "global_lp_pool_backward(float32[2, 3, 1, 1], float32[2, 3, 9, 14], float32[2, 3, 1, 1])",
    ],
    "weighted gradients": [
        f"soft_pool2d_backward({G2}, {X2}, {W2})",
        f"stochastic_pool1d_inference_backward({G1}, {X1}, {W1})",
    ],
    "unpool gradients": ["max_unpool2d_backward(float32[2, 3, 18, 28], int64[2, 3, 9, 14])"],
}

TEXTS = [text for texts in (FORWARD | GRADIENTS).values() for text in texts]
