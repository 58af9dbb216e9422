import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recoverInterrupted } from './interrupted.ts'

describe('what a killed run took away, when another process has its id by now', () => {
  let folder = ''
  let target = ''
  let former = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'interrupted-'))
    target = join(folder, 'src')
    // The process that runs the tests: alive, and not this one.
    former = join(folder, `.src.drover-old-${process.ppid}`)
    mkdirSync(former)
    writeFileSync(join(former, 'a.txt'), 'a')
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is given back when it was taken longer ago than two renames last', () => {
    recoverInterrupted(target, Date.now() + 60_000)
    expect(readdirSync(folder)).toEqual(['src'])
    expect(readdirSync(target)).toEqual(['a.txt'])
  })

  it('is left to that process when it was taken just now', () => {
    recoverInterrupted(target)
    expect(existsSync(former)).toBe(true)
    expect(existsSync(target)).toBe(false)
  })

  it('is left alone when the target is there', () => {
    mkdirSync(target)
    recoverInterrupted(target, Date.now() + 60_000)
    expect(readdirSync(folder).sort()).toEqual([`.src.drover-old-${process.ppid}`, 'src'])
  })
})
