import { Text, Transform, type TextProps } from 'ink'
import type { ReactNode } from 'react'
import { plain } from '../../plain.ts'

interface PlainTextProps extends Omit<TextProps, 'children'> {
  readonly children: string
}

/** Text of the world outside, which must not be able to steer the terminal. */
export function PlainText({ children, ...look }: PlainTextProps) {
  const text = <Text {...look}>{plain(children)}</Text>
  // Lines of their own may begin with a blank on purpose.
  return look.wrap === undefined && !children.includes('\n') ? <Prose>{text}</Prose> : text
}

/** A paragraph without the blank that Ink leaves at the start of a line where it wraps just before one. */
export function Prose({ children }: { readonly children: ReactNode }) {
  return <Transform transform={withoutLeadingBlank}>{children}</Transform>
}

function withoutLeadingBlank(line: string, index: number): string {
  return index === 0 ? line : line.replace(leadingBlank, '$<style>')
}

const leadingBlank = new RegExp(String.raw`^(?<style>(?:\u001B\[[\d;]*m)*) `)
