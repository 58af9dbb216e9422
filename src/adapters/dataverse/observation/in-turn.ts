/** Does the work for each item, at most `atOnce` at a time, each starting as soon as there is room. The first failure ends it. */
export async function inTurn<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values()
  let isOver = false
  async function workOn(): Promise<void> {
    for (let next = queue.next(); !isOver && next.done !== true; next = queue.next()) {
      try {
        await work(next.value)
      } catch (error) {
        isOver = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, workOn))
}
