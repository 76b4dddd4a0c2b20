// A heatmap that grows comes without the columns that are here already (dashboard/figures/growing.py).

// All columns of what is drawn, as rows of numbers.
function columnsOf({ figure, earlier }) {
  const [{ x, z }] = JSON.parse(figure).data;
  return earlier ? addEarlier(earlier, { x, z }) : { x, z: readLines(z) };
}

function firstColumns({ x, z }, count) {
  return { x: x.slice(0, count), z: z.slice(0, count) };
}

function addEarlier(earlier, { x, z }) {
  return { x: [...earlier.x, ...x], z: [...earlier.z, ...readLines(z)] };
}
