// A bare Fastify route that returns the same bytes as a read of the local Dataverse, for bench/emulator.mjs.
import Fastify from 'fastify'

process.once('message', async ({ headers, body }) => {
  const server = Fastify()
  server.get('/*', (_request, reply) => reply.headers(headers).send(body))
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  process.on('message', async (question) => {
    if (question === 'usage') process.send({ cpu: process.cpuUsage() })
    if (question === 'stop') {
      await server.close()
      process.disconnect()
    }
  })
  process.send({ url })
})
// Asked for only now: what is sent before anybody listens is lost.
process.send('listening')
