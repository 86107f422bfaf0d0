## Gradients of averages, summed first and divided once. Sums may be too large where their parts are
## not: then a line is done again, tap by tap.
## in: line; acc0, acc1, ...; summed.
## out: doubt of the width, which end() reads to go back to the line's beginning.
<%namespace name="fold" file="/common/fold.mako"/>

<%def name="late()"><% return spec.mode.divides_taps and spec.divisor == "given" %></%def>

## Before a line: `doubt` is 0 while all of its sums are finite.
<%def name="begin(lanes)">
${lanes.value} doubt${lanes.n} = ${lanes.splat("0", spec.accumulator)};
</%def>

## Divides acc0, acc1, ...
<%def name="divide(lanes, many)">
const ${lanes.value} sum = ${" + ".join(f"acc{v}.value" for v in range(many))};
doubt${lanes.n} += sum - sum;
% for v in range(many):
acc${v}.value /= ${lanes.splat("g.divisor", spec.accumulator)};
% endfor
</%def>

## After a line: back to its beginning where one is not, with no channels to be `summed` first.
<%def name="end(lanes)">
${fold.lanes(lanes.n, spec.accumulator, "+", "doubt")}
const int again = summed && doubt1 != 0;
summed = again ? 0 : g.inner;
line -= again;
</%def>
