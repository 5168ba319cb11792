// Reads {layers: path, cases: [{model, shape, data}, …]}, writes each layer's answer in each case.
"use strict";

const { layers, cases } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const DL = require(layers);
const answers = cases.map(({ model, shape, data }) =>
  DL.net(model).trace(DL.tensor(shape, Float32Array.from(data)))
    .map((y) => ({ shape: y.shape, data: Array.from(y.data) })));
process.stdout.write(JSON.stringify(answers));
