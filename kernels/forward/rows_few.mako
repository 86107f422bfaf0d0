## Windows of few taps along a row.
<%namespace name="rows" file="rows_common.mako"/>
<%namespace name="taps" file="reduce.mako"/>
## The elements that a vector of windows spans.
<%def name="length()" buffered="True" filter="trim">${max((spec.width - 1) * along("w").stride + along("w").reach, 2 * spec.width * (along("w").stride == 2))}</%def>


## Taps are read where they lie. Of windows that overhang the row, those beside it are replaced
## by the identity; where that would read beside the plane, from a copy with the identity around it.
<%def name="windows()"><%
    n, row = spec.width, along("w")
    power = ", as_double(g.power)" if spec.accumulator == "double" else ", as_float((int)g.power)"
    power = power if "power" in spec.mode.takes else ""
    lifted = lambda lanes, value: f"lift{lanes}({value}{power})" if spec.mode.lifts else value
    inside = lambda tap: f", steps + (w1 + flat_row + {tap})" if spec.index else ""
    placed = lambda tap: f", place{n}(steps + (w1 + {tap}), in_w, flat_row)" if spec.index else ""
    width = "in_w, flat_row" if spec.index else "in_w"
    masked = lambda value, tap: f"within{n}({lifted(n, value)}, steps + (w1 + {tap}), {width})"
    whole = -(-(n * row.stride + row.reach) // n) * n
    later = lambda tap: lifted(n, f"later{n}(row + w1 + {tap})")
%>
${rows.vectors("inner", "last_inner")}
    const ${spec.position} w1 = w0 + c * ${row.stride};
    state${n} acc = tap${n}(${lifted(n, f"every{n}(row + w1)")}${inside(0)});
    ${rows.each("kw", row.kernel, f"acc = combine{n}(acc, tap{n}({later(f'$ * {row.dilation}')}{inside(f'$ * {row.dilation}')}));")}
    put_state${n}(kept + slot, c, acc);
}
for (int vector = 0; vector < columns; vector += ${n}) {
    if (vector == inner && inner <= last_inner) {
        vector = last_inner;
        continue;
    }
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} w1 = w0 + c * ${row.stride};
    if (row - plane + w1 > 0 && row - plane + w1 + ${length()} < plane_end) {
        state${n} acc = ${masked(f"every{n}(row + w1)", 0)};
        ${rows.each("kw", row.kernel, f"acc = combine{n}(acc, {masked(f'later{n}(row + w1 + $ * {row.dilation})', f'$ * {row.dilation}')});")}
        put_state${n}(kept + slot, c, acc);
        continue;
    }
    ${spec.accumulator} edge[${whole}];
    for (int in = 0; in < ${whole}; in += ${n}) put${n}(edge + in, identity${n}().value);
    int in = (w1 < 0) ? -w1 : 0;
    const int end = (in_w - w1 < ${length()}) ? in_w - w1 : ${length()};
    for (; in + ${n} <= end; in += ${n}) put${n}(edge + in, ${lifted(n, f"load{n}(row + w1 + in)")});
    for (; in < end; ++in) edge[in] = ${lifted(1, "load1(row + w1 + in)")};
    state${n} acc = tap${n}(pick${n}(edge)${placed(0)});
    ${rows.each("kw", row.kernel, f"acc = combine{n}(acc, tap{n}(pick{n}(edge + $ * {row.dilation}){placed(f'$ * {row.dilation}')}));")}
    put_state${n}(kept + slot, c, acc);
}
</%def>
