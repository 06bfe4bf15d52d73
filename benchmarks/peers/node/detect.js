// Landmarks.DetectImage as a Node server: @grpc/grpc-js, sharp (libvips), onnxruntime-node.
//
//     npm ci --ignore-scripts
//     node detect.js MODEL.onnx SIZE PORT [THREADS]
//
// Prints "ready" when it serves.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const MARGIN = 1.15; // crop policy square-v1
const [model, sizeText, port, threads = '1'] = process.argv.slice(2);
const size = Number(sizeText);
const protos = join(dirname(fileURLToPath(import.meta.url)), '../../../proto');
const landmarks = grpc.loadPackageDefinition(
  loader.loadSync('facealign/v1/landmarks.proto', { includeDirs: [protos], keepCase: true })
).facealign.v1.Landmarks;

sharp.concurrency(1);
sharp.cache(false);
const session = await ort.InferenceSession.create(readFileSync(model), {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
});

async function crop(image, box) {
  const side = MARGIN * Math.max(box.width, box.height);
  const left = Math.round(box.x + box.width / 2 - side / 2);
  const top = Math.round(box.y + box.height / 2 - side / 2);
  const whole = Math.round(side);
  const rgb = await sharp(image)
    .extract({ left, top, width: whole, height: whole })
    .resize(size, size, { fit: 'fill', kernel: 'linear' })
    .removeAlpha()
    .raw()
    .toBuffer();
  const plane = size * size;
  const chw = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    chw[i] = rgb[3 * i] / 255;
    chw[plane + i] = rgb[3 * i + 1] / 255;
    chw[2 * plane + i] = rgb[3 * i + 2] / 255;
  }
  return { chw, left, top, side: whole };
}

async function detect(request) {
  const faces = [];
  for (const box of request.boxes) {
    const { chw, left, top, side } = await crop(request.image, box);
    const output = await session.run({ input: new ort.Tensor('float32', chw, [1, 3, size, size]) });
    const labels = output.landmarks.data;
    const points = [];
    for (let m = 0; m < labels.length; m += 2) {
      points.push({ x: (labels[m] + 0.5) * side + left - 0.5, y: (labels[m + 1] + 0.5) * side + top - 0.5 });
    }
    faces.push({ box, landmarks: points });
  }
  return { faces, model_version: 'onnxruntime-node' };
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': 20 << 20 });
server.addService(landmarks.service, {
  detectImage: (call, done) => detect(call.request).then((answer) => done(null, answer), done),
  detect: (call) => call.destroy(new Error('not served')),
});
server.bindAsync('127.0.0.1:' + port, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  console.log('ready');
});
