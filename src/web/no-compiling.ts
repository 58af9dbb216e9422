import { z } from 'zod'

// zod tries whether it may compile code at run time as soon as a schema is made; the page's content security policy forbids that and
// reports the try. So this module comes before every other.
z.config({ jitless: true })
