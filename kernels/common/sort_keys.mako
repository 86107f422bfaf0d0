## The keys of a window's taps: gathered, sorted, told apart.
## in: plane, d0, h0, w0; nans and count for gather().
## out: loops over tap; k, absent.
<%! from itertools import product %>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="one" file="/common/tap.mako"/>

## Opens the loops over the valid taps of the window, each a `tap`; taps.done() closes them. The
## stride has 64 bits: of one of 32 Intel's compiler makes vectors of wrong addresses.
<%def name="each()">
${taps.each()}
const ${spec.accumulator} tap = load1(${one.element_of("row + w * g.x_w")});
</%def>

## The keys `k` of all taps of a small window, the absent ones by turns below and above all others,
## so that the middle stays in the middle; or all above.
<%def name="gather(balanced)">
<% spots = list(product(*(range(along(axis).kernel) for axis in spec.axes))) %>
key k[${len(spots)}];
key absent = ${"0" if balanced and len(spots) % 2 else "~(key)0"};
% for axis in spec.axes:
%   for tap in range(along(axis).kernel):
const ${spec.position} ${axis}_${tap} = ${plus(axis + "0", tap * along(axis).dilation)};
const int in_${axis}_${tap} = ${axis}_${tap} >= 0 && ${axis}_${tap} < g.in_${axis};
%   endfor
% endfor
% for place, spot in enumerate(spots):
<% names = [f"{axis}_{tap}" for axis, tap in zip(spec.axes, spot)] %>\
if (${" && ".join("in_" + name for name in names)}) {
    const ${spec.accumulator} tap \
        = load1(${one.element_of(one.origin())} + ${" + ".join(
            f"{name} * ({spec.position})g.x_{name[0]}" for name in names)});
    k[${place}] = key_of(tap);
    nans |= ${is_nan()};
    ++count;
} else {
    k[${place}] = absent;
% if balanced:
    absent = ~absent;
% endif
}
% endfor
</%def>

## Puts the wanted places of `k` in order, or all of them.
<%def name="sort(size, wanted=None)">
% for a, b in sorting(size, wanted):
exchange(${plus("k", a)}, ${plus("k", b)});
% endfor
</%def>

## Whether the `tap` at hand is a NaN, which no integer is.
<%def name="is_nan()" buffered="True" filter="trim">
    ${"tap != tap" if spec.dtype.is_float else "0"}
</%def>
