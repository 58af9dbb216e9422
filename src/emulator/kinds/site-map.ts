import { child, compactStyle, writeXml } from '#format'
import { projectGeneric } from './generic-kind.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { valueOf } from './part-text.ts'

/** A site map, with its unique name and what it shows in columns of their own (`SiteMap` in the table reference of the service). */
export const siteMap: KindBehaviour = {
  kind: 'SiteMap',
  project(part) {
    // The classic map of an organisation is the element itself.
    const map = part.xml?.name === 'SiteMap' ? part.xml : child(part.xml, 'SiteMap')
    return {
      ...projectGeneric(part),
      sitemapnameunique: valueOf(part, 'SiteMapUniqueName') ?? null,
      sitemapxml: map === undefined ? null : writeXml(map, compactStyle),
    }
  },
}
