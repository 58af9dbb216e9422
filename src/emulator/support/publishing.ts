import type { SupportArea } from './line.ts'
import { served } from './line.ts'

export const publishingSupport: SupportArea = {
  title: 'Publishing',
  lines: [
    served('Direct creation publishes by itself, changes wait', 'facts-2 §5', 'V'),
    served(
      'New forms, views, charts and web resources of an unmanaged import wait for publishing; the sources leave this open, so the stricter reading holds',
      'facts-2 §5, web-api H',
      'U',
    ),
    served('PublishXml with entities, ribbons, dashboards, optionsets, sitemaps, webresources, appmodules', 'facts-2 §5', 'V'),
    served('PublishAllXml and PublishAllXmlAsync', 'web-api A.3', 'V'),
    served('Flows, connection references, variables, roles and plug-in steps have no publish concept', 'facts-2 §5', 'U'),
  ],
}
