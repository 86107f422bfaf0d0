## take, an item per band of rows: the CPU shape. Rows with an index outside of the plane are left
## out.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    Elements come from the places that their indices name; rows with an index outside of the
    plane are left out.
</%def>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
${signature.kernel()}
{
    ${rows.band()}
    const int dense = ${window.dense("x", "in")};
    const ${spec.position} size = ${window.size("in")};
    for (long next = first; next < last;) {
        ${rows.plane()}
        for (; line < stop; ++line) {
            ${items.place()}
            const long at = y_plane${"".join(f" + o{axis} * g.y_{axis}"
                for axis in spec.axes[:-1])};
            const __global ${spec.input_index_storage} *from = indices \
                + g.output_aligned_offset + at;
            ${window.refuse("from", "g.y_w", "g.out_w", "size")}
% for test, index in (("dense && g.y_w == 1", "ow"), ("dense", "ow * g.y_w"), ("", "ow * g.y_w")):
<%
    place = f"(({spec.position})from[{index}])"
    address = f"from[{index}]" if test else window.address(place, "x", "in")
%>\
            ${"" if loop.first else "} else "}${f"if ({test}) " if test else ""}{
                for (${spec.position} ow = 0; ow < g.out_w; ++ow) \
                    ${output.move(f"y + g.y_offset + at + {index}", f"plane + ({address})")};
% endfor
            }
        }
    }
}
