resource Document extends Item {}
resource Item extends Document {}
