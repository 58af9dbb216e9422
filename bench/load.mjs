import { connect } from 'node:net'

/**
 * Asks for one address over and over on several connections, one request a connection at a time, and returns the requests answered per
 * second. It speaks HTTP by hand, so that what is measured is the server and not a client library.
 */
export async function requestsPerSecond(url, { headers, connections, milliseconds }) {
  const { hostname, port, pathname, search } = new URL(url)
  const lines = Object.entries({ host: `${hostname}:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`)
  const request = `GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  const until = performance.now() + milliseconds
  const startedAt = performance.now()
  const counts = await Promise.all(Array.from({ length: connections }, () => askUntil({ hostname, port: Number(port), request, until })))
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1000)
}

function askUntil({ hostname, port, request, until }) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, hostname, () => socket.write(request))
    let seen = ''
    let count = 0
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (text) => {
      seen += text
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = seen.slice(0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
      if (!head.startsWith('HTTP/1.1 200')) {
        reject(new Error(`Not answered with 200: ${seen.slice(0, 400)}`))
        socket.destroy()
        return
      }
      if (seen.length < end + 4 + length) return
      seen = ''
      count++
      if (performance.now() < until) socket.write(request)
      else socket.end(() => resolve(count))
    })
  })
}
