## No windows: planes are read and written as wholes.
## in: g, refused.
## out: furthest; refuse() leaves the row out.
<%def name="functions()"></%def>

## As many places as the plane of a side (in or out) has.
<%def name="size(far)" buffered="True" filter="trim">
    ${" * ".join(f"({spec.position})g.{far}_{axis}" for axis in spec.axes)}
</%def>

## Whether an index lies outside of a plane of so many places. Read as unsigned, one below the first
## place lies behind the last one. With a flat index those that are read are positions.
<%def name="outside(index, size)" buffered="True" filter="trim"><%
    read = spec.position if spec.block else spec.input_index_storage
    narrow = spec.wide and spec.input_index == "int32"
    most = f"(({size} < {2**31}L) ? {size} : {2**31}L)" if narrow else size
%>(u${read})(${index}) >= (u${read})${most}</%def>

## Leaves a row out where one of its indices lies outside, and tells the host.
<%def name="refuse(row, step, length, size, leave='continue')">
u${spec.input_index_storage} furthest = 0;
% for test, at in ((f"if ({step} == 1) ", "i"), ("else ", f"i * {step}")):
${test}for (${spec.position} i = 0; i < ${length}; ++i) {
    const u${spec.input_index_storage} index = ${row}[${at}];
    furthest = (index > furthest) ? index : furthest;
}
% endfor
if (${outside("furthest", size)}) {
    *refused = 1;
    ${leave};
}
</%def>

## Where flat position `place` of a plane lies in memory, by the strides of `side` (x or y) and the
## lengths of `far` (in or out).
<%def name="address(place, side, far)" buffered="True" filter="trim">${" + ".join(
    f"{atom(place)} % ({spec.position})g.{far}_w * ({spec.position})g.{side}_w" if axis == "w" else
    f"{atom(place)} / ({spec.position})g.{far}_w % ({spec.position})g.{far}_h \
        * ({spec.position})g.{side}_h" if axis == "h" else
    f"{atom(place)} / (({spec.position})g.{far}_w * ({spec.position})g.{far}_h) \
        * ({spec.position})g.{side}_d"
    for axis in spec.axes)}</%def>

## Whether a flat position is where the element lies.
<%def name="dense(side, far)" buffered="True" filter="trim">${" && ".join(
    f"g.{side}_w == 1" if axis == "w" else
    f"g.{side}_h == g.{far}_w" if axis == "h" else
    f"g.{side}_d == g.{far}_h * g.{far}_w"
    for axis in reversed(spec.axes))}</%def>

## Whether the rows and slices of a plane lie a row, and a slice, of elements of one stride apart.
<%def name="even(side, far)" buffered="True" filter="trim">${" && ".join(
    f"g.{side}_h == g.{far}_w * g.{side}_w" if axis == "h" else
    f"g.{side}_d == g.{far}_h * g.{side}_h"
    for axis in reversed(spec.axes[:-1])) or 1}</%def>
