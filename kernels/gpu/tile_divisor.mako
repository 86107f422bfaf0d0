## The divisors of the outputs of a strip of a tile.
## in: w0, h0, d0 of the tile's first output; column, line, strip.
## out: count.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The divisor of output number `n` of a strip of `count`.
<%def name="divided(n, count)"><%
    names = dict(zip(spec.axes[::-1], ["column", "line", "strip"]))
    names |= {spec.axes[0]: "strip"} if spec.ndim > 1 else {}
    def begin(axis, stride):
        name = names[axis]
        place = times(name, count * stride if name == "strip" else stride)
        place = plus(place, n * stride if name == "strip" else 0)
        return plus(axis + "0", f"({spec.position}){atom(place)}")
    starts = [begin(axis, stride) for axis, stride in zip(spec.axes, spec.stride)]
    counts = [window.count(axis, start) for axis, start in zip(spec.axes, starts)]
    product = " * ".join(f"({spec.accumulator}){one}" for one in counts)
%>
% if spec.mode.divides:
const ${spec.accumulator} count = ${"g.divisor" if spec.divisor == "given" else product};
% endif
</%def>
