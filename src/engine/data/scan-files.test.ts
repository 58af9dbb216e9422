import { expect, it } from 'vitest'
import type { OpenEnvironment } from '#engine/ports'
import { maskedTable, maskingColumn, maskingTable } from '../../../test/support/masking-tables.ts'
import { createFileLook } from './scan-files.ts'

it('a look into files names images, what it cannot read, and what it left out after two hundred', async () => {
  const masked = maskedTable(maskingTable('hand_person', [maskingColumn('hand_scan', 'File'), maskingColumn('hand_photo', 'Image')]), {})
  let asked = 0
  const contents = [Buffer.from('a text'), Buffer.from('PK\u0003\u0004 and no zip')]
  // Nothing else is asked of the environment.
  const target = { fetchFile: async () => contents[asked++] ?? Buffer.from('text') } as unknown as OpenEnvironment
  const look = createFileLook(target, masked, undefined)
  expect(look.unread()).toEqual([])
  for (let at = 0; at < 203; at++) expect(await look.scan({ hand_personid: String(at) })).toEqual([])
  expect(asked).toBe(200)
  expect(look.unread()).toEqual([
    'hand_person.hand_scan: 0 rows gave no file, 1 one that cannot be read, and 3 were not asked for one.',
    'hand_person.hand_photo: images are not looked into.',
  ])
})
