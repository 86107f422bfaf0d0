## The type of a kept row of rows_covering, and the store of a row's last elements.
## in: kept.
## out: the type kept_row, the function store_first.

<%def name="types()"><%
    n, many = spec.width, lanes_of(spec.width)
    others = [name for name in kept.kept if name != "indices"]
    aligned = "__attribute__((aligned(64)))"
%>
// A row of what is read, from ${kept.shifts[0]} outputs before the one that lies \
    where the tile starts.
typedef struct {
    ${spec.accumulator} ${", ".join(f"{name}[{kept.length}] {aligned}"
        for name in ["value", *others])};
% if "indices" in kept.kept:
    ${spec.position} indices[${kept.length}] ${aligned};
% endif
} kept_row;

static void store_first${n}(__global ${spec.out.storage} *to, const ${many.value} value, \
    const int columns)
{
    if (columns >= ${n}) {
        store${n}(to, value);
    } else {
        ${spec.accumulator} edge[${n}];
        put${n}(edge, value);
        for (int lane = 0; lane < columns; ++lane) store1(to + lane, edge[lane]);
    }
}
</%def>
