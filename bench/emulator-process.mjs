// One local Dataverse for bench/emulator.mjs: starts as it is told, says where it is, and how much memory it holds when asked.
const { startEmulator } = await import(new URL('../dist/emulator/index.js', import.meta.url).href)

process.once('message', async (options) => {
  const emulator = await startEmulator(options)
  process.on('message', async (question) => {
    if (question === 'usage') {
      global.gc?.()
      const { heapUsed, external, rss } = process.memoryUsage()
      process.send({ rss, heapUsed, external, cpu: process.cpuUsage() })
    }
    if (question === 'stop') {
      await emulator.close()
      process.disconnect()
    }
  })
  process.send({ url: emulator.url })
})
// Asked for only now: what is sent before anybody listens is lost.
process.send('listening')
