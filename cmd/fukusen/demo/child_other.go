//go:build !linux

package demo

import "syscall"

// apart: outside Linux a node cannot be told to end with its parent, so a demo
// that is killed leaves its nodes to be stopped by hand.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

func (c *child) kill() { _ = c.cmd.Process.Kill() }
