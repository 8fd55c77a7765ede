// SPDX-License-Identifier: MIT
import type { LucideIcon } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import './controls.css';

type Tone = 'plain' | 'primary' | 'answer' | 'danger' | 'ghost';

type ButtonProps = Omit<ComponentProps<'button'>, 'type'> & {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly size?: 'small' | 'normal' | 'large';
  readonly submit?: boolean;
};

/** A native button: the fastest to draw, and every assistive tool knows it. */
export function Button({
  tone = 'plain',
  icon: Icon,
  size = 'normal',
  submit,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={['button', `button-${tone}`, `button-${size}`, className].filter(Boolean).join(' ')}
      {...rest}
    >
      {Icon ? <Icon className="icon" aria-hidden="true" /> : null}
      {children === undefined ? null : <span className="button-text">{children}</span>}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'icon'> & {
  readonly icon: LucideIcon;
  readonly label: string;
};

/** A square button whose name is read out and shown as a tooltip. */
export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <Button
      icon={icon}
      aria-label={label}
      title={label}
      className={['icon-button', className].filter(Boolean).join(' ')}
      {...rest}
    />
  );
}

type FieldProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
};

/** Label above, control, and one line below that is the hint or the error: its room is kept, so nothing moves. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const below = `${id}-below`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': below, 'aria-invalid': Boolean(error) })}
      <p id={below} className={error ? 'field-error' : 'field-hint'} aria-live="polite">
        {error ?? hint ?? ''}
      </p>
    </div>
  );
}

/** Text from outside (a caller's name, a note's title): its writing direction must not spill into ours. */
export function Foreign({ children, ...rest }: ComponentProps<'bdi'>) {
  return <bdi {...rest}>{children}</bdi>;
}

export function Empty({
  icon: Icon,
  title,
  text,
  children,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon className="icon" aria-hidden="true" />
      <p className="empty-title">{title}</p>
      {text ? <p className="empty-text">{text}</p> : null}
      {children}
    </div>
  );
}
