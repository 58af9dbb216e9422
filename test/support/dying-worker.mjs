// A worker that tells each step it has done, and that kills itself, as a power cut would, where its parent says:
// node dying-worker.mjs <start as JSON>, with an IPC channel.
const [start] = process.argv.slice(2)
const { runWorker } = await import(new URL('../../dist/app/processes/worker.js', import.meta.url).href)

// A number or an id at the end tells one look, one try, one flow from another; for a power cut they are the same.
const kindOf = (name) => name.replace(/-[0-9]+$/, '').replace(/^(switch-flow)-.*$/, '$1')
let cut = { step: 'none', phase: 'before' }
let met = 0
process.on('message', (message) => {
  cut = message
  process.send?.({ armed: true })
})

await runWorker(JSON.parse(start), (name, phase) => {
  const step = kindOf(name)
  if (step === cut.step && phase === cut.phase && ++met === (cut.time ?? 1)) process.kill(process.pid, 'SIGKILL')
  if (phase === 'after') process.send?.({ step })
})
