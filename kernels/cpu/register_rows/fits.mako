## Whether the lines at hand can be reduced by whole.mako.
## in: columns, last_vector, left, readable, readable_end; the starts of the windows, and what
##     places() leaves.
## out: a condition.

## Whether the lines may be reduced at once: all windows inside, or touching the input if rows may
## be replaced, and whole vectors where memory is.
<%def name="whole()" buffered="True" filter="trim"><%
    more = {axis: (spec.rows_per_pass - 1) * along(axis).stride * (axis == "h")
        for axis in spec.axes[:-1]}
    touching = [
        f"{axis}0 + {along(axis).extent} > 0 && {plus(axis + '0', more[axis])} < g.in_{axis}"
        for axis in more
    ]
    within = [f"{axis}0 >= 0 && {axis}0 + {along(axis).extent + more[axis]} <= g.in_{axis}"
        for axis in more]
    end = f"{times('last_vector', along('w').stride)} + {shuffles.span}"
    last = f"row{len(shared.places) - 1} + {end} <= readable_end"
    bounds = [f"columns >= {spec.width}",
        *[f"left >= {spec.rows_per_pass}"] * (spec.rows_per_pass > 1),
        *(touching if spec.idempotent else within)]
%>${" && ".join([*bounds, "row0 >= readable", last])}</%def>
