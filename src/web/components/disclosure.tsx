import { Button } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'

/** A button that shows what is asked for seldom, below itself. */
export function Disclosure({
  text,
  label = text,
  children,
}: {
  readonly text: string
  /** What it says to those who do not see what it stands beside. */
  readonly label?: string
  readonly children: (close: () => void) => ReactNode
}) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <div>
      <Button aria-expanded={isOpen} aria-label={label} onClick={() => setIsOpen(!isOpen)}>
        {text}
      </Button>
      {isOpen && children(() => setIsOpen(false))}
    </div>
  )
}
