// A worker that kills itself, as a power cut would, around one step: node dying-worker.mjs <start as JSON> <step> <before|after>
const [start, step, phase] = process.argv.slice(2)
const { runWorker } = await import(new URL('../../dist/app/processes/worker.js', import.meta.url).href)

await runWorker(JSON.parse(start), (name, when) => {
  if (when === phase && name === step) process.kill(process.pid, 'SIGKILL')
})
