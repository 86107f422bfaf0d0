## The windows of few taps of one row, a vector of them from column `w1` on, reduced into `part`.
## in: row, w1, in_w, plane, readable, readable_end; steps and flat_row with indices.
## out: part.
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
## The elements that a vector of windows spans.
<%def name="length()" buffered="True" filter="trim">
    ${max((spec.width - 1) * along("w").stride + along("w").extent,
        2 * spec.width * (along("w").stride == 2))}
</%def>

## Whether rows `top` to `low` may be read around all windows of a vector, also beside the row.
<%def name="in_plane(top, low)" buffered="True" filter="trim">
    ${top} - plane + w1 > readable && ${low} - plane + w1 + ${length()} < readable_end
</%def>

## `how` says how the taps are found: "inside", where they lie; "beside", there too, but those of
## windows that overhang the row are replaced by the identity; "apart", where that would read beside
## the plane, in a copy with the identity around it.
<%def name="windows(how)"><%
    n, row, many = spec.width, along("w"), lanes_of(spec.width)
    power = f", {powers.given()}" if "power" in spec.mode.inputs else ""
    mapped = lambda lanes, value: f"map{lanes}({value}{power})" if spec.mode.maps else value
    at = lambda base, tap: plus(base, times(tap, row.dilation))
    column = lambda base, tap: f"steps + {atom(at(base, tap))}"
    width = "in_w, flat_row" if spec.index else "in_w"
    read = lambda tap: mapped(n,
        vectors.strided(many, "later" if tap else "every", at("row + w1", tap)))
    index = lambda tap: ", " + column("w1 + flat_row", tap) if spec.index else ""
    inside = lambda tap: f"tap{n}({read(tap)}{index(tap)})"
    beside = lambda tap: f"within{n}({read(tap)}, {column('w1', tap)}, {width})"
    flat = lambda tap: f", flat_index{n}({column('w1', tap)}, in_w, flat_row)" if spec.index else ""
    apart = lambda tap: f"tap{n}({vectors.picked(many, '', at('edge', tap))}{flat(tap)})"
    # A state of several fields tells "no tap" from a tap of the identity's value: taps are masked.
    edge = lambda tap: vectors.picked(many, "", at("edge", tap))
    places = lambda tap: f"{many.steps(row.stride)} + {atom(at('w1', tap))}"
    masked = lambda tap: f"within{n}({edge(tap)}, {places(tap)}, in_w)"
    tap = {"inside": inside, "beside": beside, "apart": masked if spec.mode.fields else apart}[how]
    combine = rows.combine_ordered() if how == "inside" else f"combine{n}"
    whole = -(-(n * row.stride + row.extent) // n) * n
%>
% if how == "apart":
// A copy of the taps, with the identity around the row.
${spec.accumulator} edge[${whole}];
for (int in = 0; in < ${whole}; in += ${n}) put${n}(edge + in, identity${n}().value);
int in = (w1 < 0) ? -w1 : 0;
const int end = (in_w - w1 < ${length()}) ? in_w - w1 : ${length()};
for (; in + ${n} <= end; in += ${n}) put${n}(edge + in, ${mapped(n, f"load{n}(row + w1 + in)")});
for (; in < end; ++in) edge[in] = ${mapped(1, "load1(row + w1 + in)")};
% endif
state${n} part = ${tap(0)};
${rows.each("kw", row.kernel, lambda kw: f"part = {combine}(part, {tap(kw)});")}
</%def>
