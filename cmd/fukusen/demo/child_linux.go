package demo

import "syscall"

// apart gives a node a process group of its own and ends it when the demo is
// killed and can stop nothing any more. The system ties that to the thread that
// started the node; Go's threads last as long as the program unless a goroutine
// locks one, and none here does.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func (c *child) kill() { _ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) }
