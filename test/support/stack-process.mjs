// A whole stack in a process of its own, so that all it prints can be caught: node stack-process.mjs <workspace>, with an IPC channel.
const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href)
const { startUp } = await dist('app/start-up.js')
const { localPace } = await dist('app/local-pace.js')
const { createLog } = await dist('adapters/world/index.js')

const settings = { workspace: process.argv[2], host: '127.0.0.1', port: 0, emulatorPort: 0, pace: localPace, log: createLog({ level: 'info' }) }
const drover = await startUp(settings, (line) => console.log(line))

async function end() {
  await drover.stop()
  process.exit(0)
}
process.once('SIGTERM', end)
process.once('disconnect', end)
process.send({ url: drover.url, platformUrl: drover.platformUrl })
